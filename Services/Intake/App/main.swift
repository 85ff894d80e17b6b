import ServiceKit

ServiceProcess.run(.intake) { .intake() }
