import Arguments
import Threads

let tool = CommandLineTool(
    Command(
        "muster", about: "set up, inspect and repair a Muster deployment",
        subcommands: [
            TopicsCommand.command, MigrateCommand.command, TokenCommand.command, DirectoryCommand.command,
            ClockCommand.command, DayCommand.command, ReceiverCommand.command, ReconcileCommand.command,
            LagCommand.command,
            OffsetsCommand.command, DeadCommand.command, CaseCommand.command, RulesCommand.command,
            BrokerCommand.command,
        ]),
    version: "0.1.0", explain: Connection.explain)
do throws(CommandError) {
    try Environment.check()
} catch {
    report("error: \(error.problem)\n  \(error.remedy)")
    ProcessEnd.leave(with: error.code.rawValue)
}
let code = await tool.run(Array(CommandLine.arguments.dropFirst()), environment: Environment.withFiles)
ProcessEnd.leave(with: code.rawValue)
