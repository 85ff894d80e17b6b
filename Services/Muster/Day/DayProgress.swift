import Arguments
import Contracts
import Glibc

/// The live view of a day: one line that is drawn again on a terminal, a plain line now and then elsewhere.
final class DayProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastLine = ContinuousClock.now - .seconds(60)
    private let started = ContinuousClock.now

    func say(_ text: String) {
        if isTerminal { CommandLineTool.Output.process.error("\r\u{1b}[K") }
        report(text)
    }

    func stepped(_ now: Instant, sent: Int) {
        let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(2)
        guard ContinuousClock.now - lastLine > pause else { return }
        lastLine = .now
        let seconds = (ContinuousClock.now - started).components.seconds
        // The city's clocks run eight hours ahead.
        let city = (now + .seconds(8 * 3_600)).description.prefix(16).replacing("T", with: " ")
        let line = "  \(city)  \(sent) inputs sent, \(seconds) s"
        CommandLineTool.Output.process.error(isTerminal ? "\r\u{1b}[K\(line)" : line + "\n")
    }
}
