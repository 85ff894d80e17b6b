import Arguments
import Foundation

let tool = CommandLineTool(
    Command(
        "city-benchmark", about: "measure a running stack, as infra/dev/bench starts one",
        subcommands: [
            FindingsBenchmark.command, ScalingBenchmark.command, CasesBenchmark.command, DelayBenchmark.command,
            DeadlinesBenchmark.command,
            CreditBenchmark.command, NoticesBenchmark.command, GrowthBenchmark.command,
            ReportCommand.command,
        ]))
let code = await tool.run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
exit(code.rawValue)
