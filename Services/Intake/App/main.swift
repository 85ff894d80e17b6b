import ServiceKit

ServiceProcess.run(.intake) { try .intake() }
