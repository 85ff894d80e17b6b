import Contracts
import Testing

@testable import muster_notify

@Suite struct ScheduleTests {
    @Test func `webhooks are tried as Standard Webhooks says`() {
        let schedule = RetrySchedule.standard(for: .webhook)
        let waits = (1...10).map { schedule.wait(afterFailures: $0, of: .fixed(0)) }
        #expect(
            waits == [
                .seconds(5), .seconds(300), .seconds(1_800), .seconds(7_200), .seconds(18_000), .seconds(36_000),
                .seconds(50_400), .seconds(72_000), .seconds(86_400), nil,
            ])
    }

    @Test func `notices that failed together come back apart, each the same in every run`() {
        let schedule = RetrySchedule(waits: [.seconds(100)])
        let waits = (0...255).compactMap { schedule.wait(afterFailures: 1, of: .fixed(UInt8($0))) }
        #expect(Set(waits).count == 256)
        #expect(waits.allSatisfy { (.seconds(100) ... .seconds(110)).contains($0) })
        #expect(waits == (0...255).compactMap { schedule.wait(afterFailures: 1, of: .fixed(UInt8($0))) })
    }

    @Test func `a busy robot is asked at most three times more`() {
        #expect(RetrySchedule.standard(for: .wecom).attempts == 4)
    }

    @Test(arguments: [
        // 20:59:59.999, 21:00, midnight, 06:59:59.999 and 07:00 in the city.
        ("2026-11-24T12:59:59.999Z", "2026-11-24T12:59:59.999Z"),
        ("2026-11-24T13:00:00.000Z", "2026-11-24T23:00:00.000Z"),
        ("2026-11-24T16:00:00.000Z", "2026-11-24T23:00:00.000Z"),
        ("2026-11-24T22:59:59.999Z", "2026-11-24T23:00:00.000Z"),
        ("2026-11-24T23:00:00.000Z", "2026-11-24T23:00:00.000Z"),
    ])
    func `the night ends at seven`(asked: String, released: String) {
        let hours = QuietHours(from: 21 * 60, to: 7 * 60, time: CityTime())
        #expect(hours.release(time(asked)) == time(released))
        #expect(hours.longest == .hours(10))
    }

    @Test func `quiet hours may lie within a day, or never be`() {
        let siesta = QuietHours(from: 12 * 60, to: 14 * 60, time: CityTime())
        #expect(siesta.release(time("2026-11-24T05:30:00.000Z")) == time("2026-11-24T06:00:00.000Z"))
        #expect(siesta.release(time("2026-11-24T06:00:00.000Z")) == time("2026-11-24T06:00:00.000Z"))
        let never = QuietHours(from: 0, to: 0, time: CityTime())
        #expect(never.release(time("2026-11-24T16:00:00.000Z")) == time("2026-11-24T16:00:00.000Z"))
    }
}
