import ServiceKit

ServiceProcess.run(.credit) { try .credit() }
