import Arguments
import Foundation
import Threads

let tool = CommandLineTool(
    Command(
        "fault-harness",
        about: "do harm to a real deployment, and check from outside that nothing was lost or done twice",
        subcommands: [RunCommand.command, MutantsCommand.command, RunCommand.list, RunCommand.summary]))
let code = await tool.run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
ProcessEnd.leave(with: code.rawValue)
