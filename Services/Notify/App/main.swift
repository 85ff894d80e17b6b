import ServiceKit

ServiceProcess.run(.notify) { try .notify() }
