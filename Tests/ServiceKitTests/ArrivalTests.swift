import Contracts
import Crypto
import Kafka
import Testing

@testable import ServiceKit

/// When an input reached us: the broker's word, in the city's time.
struct ArrivalTests {
    private let taken = ToyInputs.time + .seconds(3_600)

    private func input(isTimedByBroker: Bool, _ clock: CityClock.Kind) throws -> Input<Int> {
        let visit = VisitReported(grid: ToyInputs.grid, place: Place(unit: ToyInputs.grid), outcome: .met, minutes: 1)
        let envelope = EventEnvelope(id: "v-1", source: "app", type: VisitReported.type, time: ToyInputs.time)
        let record = Record(
            topic: "gateway.patrol", partition: 0, offset: 0, timestamp: taken.milliseconds,
            isTimedByBroker: isTimedByBroker, value: try EventJSON.encode(visit),
            headers: Headers(CloudEvents.headers(of: envelope)))
        let seal = DeadLetterSeal(
            ColumnCipher(try KeyRing([1: [UInt8](repeating: 1, count: 32)], current: 1)), of: .intake)
        let source = Source<Int>(.patrol, from: .gateway, [Inlet(VisitReported.self) { _ in 0 }])
        guard case .input(let input, _) = source.read(record, sealing: seal, clock: CityClock(clock)) else {
            throw NoInput()
        }
        return input
    }

    private struct NoInput: Error {}

    @Test func `is when the broker took it, by the clock of the city`() throws {
        #expect(try input(isTimedByBroker: true, .wall(offset: .zero)).arrival == taken)
        #expect(try input(isTimedByBroker: true, .wall(offset: .seconds(60))).arrival == taken + .seconds(60))
    }

    @Test func `is unknown where the time is the sender's, and where the city's clock is stepped`() throws {
        #expect(try input(isTimedByBroker: false, .wall(offset: .zero)).arrival == nil)
        #expect(try input(isTimedByBroker: true, .stepped).arrival == nil)
    }
}
