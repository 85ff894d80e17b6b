import Foundation
import Testing

/// What the pure parts of the services take by themselves, with no server: reading an event, deciding on it, writing what follows.
///
/// The parts are internal to their services, so this is built as tests are, and each test run sees that they still do what they are
/// measured for. `infra/dev/bench parts` measures them.
struct PartTests {
    private func parts() throws -> [Part] { try EventParts.all() + DispatchParts.all() + CreditParts.all() }

    @Test func `each part does what it is measured for`() throws {
        let parts = try parts()
        #expect(parts.count > 10)
        for part in parts { #expect(try part.run() != 0, "\(part.name)") }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["MUSTER_MEASURE"] != nil, "infra/dev/bench parts measures"))
    func `each part is measured`() throws {
        for part in try parts() { print(try Measured(part).line) }
    }
}
