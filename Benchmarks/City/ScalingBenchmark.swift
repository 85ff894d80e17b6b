import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// Findings from a backlog with one, two and four processes of intake, and what each part of the machine does for it: what is
/// used up first says where more of something helps. On a stack of its own, whose other services stay stopped.
enum ScalingBenchmark {
    static let command = Command(
        "scaling",
        about: "findings from a backlog by 1, 2 and 4 processes of intake, and where the processors' time goes",
        options: [MeasuredStack.file, MeasuredStack.count, MeasuredStack.runs]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let connection = try await PostgresConnection.connect(stack.postgres)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        for service in ["dispatch", "credit", "notify"] { try await stack.stop(service) }
        let most = stack.replicas(of: "intake").count
        var rates: [Int: [Double]] = [:]
        // In turn, since the machine is another one from minute to minute.
        for run in 1...values[MeasuredStack.runs] {
            for processes in [1, 2, 4] where processes <= most {
                try await stack.stop("intake")
                let before = try await FindingsBenchmark.taken(stack, connection)
                let sentBefore = try await FindingsBenchmark.sent(stack, connection)
                try await FindingsBenchmark.load(
                    values[MeasuredStack.count], "scaling-\(run)-\(processes)", traffic, producer)
                let timeBefore = ProcessorTime.now()
                let began = ContinuousClock.now
                try stack.start("intake", processes: processes)
                let (_, published) = try await FindingsBenchmark.measure(
                    values[MeasuredStack.count], before, sentBefore, stack, connection)
                let spent = ProcessorTime.now().since(timeBefore)
                rates[processes, default: []].append(published)
                try note("scaling.\(processes)", published)
                say(
                    String(format: "run %d, %d processes: %.0f/s; ", run, processes, published)
                        + spent.text(each: values[MeasuredStack.count], in: .now - began))
            }
        }
        for (processes, rates) in rates.sorted(by: { $0.key < $1.key }) {
            say("\(processes) processes: \(Figure(values: rates).text("findings/s"))")
        }
        await producer.close()
        await connection.close()
    }
}
