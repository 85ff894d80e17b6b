public import Contracts
import FoundationEssentials
import Glibc
import Telemetry
import Threads

/// A service's process from its first line to its exit code.
public enum ServiceProcess {
    /// Runs a service until SIGTERM or SIGINT, then stops in order, and ends the process.
    ///
    /// Called from `main.swift`. Not `async`: an async main ends in a thread that lets every signal through, so that
    /// SIGTERM would kill the process whatever the other threads block.
    public static func run<Handler: BatchHandler>(
        _ name: ServiceName, _ make: @escaping @Sendable () throws -> Service<Handler>
    ) -> Never {
        // First of all: an arena that a thread has it keeps, and threads inherit the mask.
        Heap.share(arenas: 2)
        Heap.leaveOutFastBins()
        let signals = TerminationSignals()
        Task {
            let code = await run(name, make, until: signals)
            ProcessEnd.leave(with: code)
        }
        while true { pause() }
    }

    /// sysexits.h: the configuration is wrong.
    private static let badConfiguration: Int32 = 78

    private static func run<Handler: BatchHandler>(
        _ name: ServiceName, _ make: @Sendable () throws -> Service<Handler>, until signals: TerminationSignals
    ) async -> Int32 {
        let settings: ServiceSettings
        do throws(ConfigurationError) {
            settings = try ServiceSettings(
                name, environment: ProcessInfo.processInfo.environment,
                arguments: Array(CommandLine.arguments.dropFirst()),
                hostName: ProcessInfo.processInfo.hostName, processID: getpid())
        } catch {
            Logger(service: name.rawValue).critical(
                "the configuration is wrong", metadata: [.error: error.description])
            return badConfiguration
        }
        let log = Logger(
            service: name.rawValue, level: LogLevel(rawValue: settings.logLevel) ?? .info,
            format: settings.logFormat == .text ? .text(colour: false) : .json
        ).with([.replica: settings.replica])
        do {
            let running = try await RunningService(make(), settings, log)
            await running.run(until: signals)
            return EXIT_SUCCESS
        } catch {
            log.critical("the service could not start", metadata: [.error: "\(error)"])
            return EXIT_FAILURE
        }
    }
}
