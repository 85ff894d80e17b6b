import ServiceKit

ServiceProcess.run(.dispatch) { try .dispatch() }
