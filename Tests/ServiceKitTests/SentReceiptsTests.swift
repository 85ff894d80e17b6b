import Contracts
import Testing

@testable import ServiceKit

/// What a caller is told when replies of commits get lost.
struct SentReceiptsTests {
    private func receipt(_ verdict: Receipt.Verdict) -> [Receipt] { [Receipt(id: "f-1", verdict: verdict)] }

    @Test func `the first attempt answers when a second one finds that it held`() {
        let sent = SentReceipts()
        // Given an attempt whose reply was lost
        sent.add(receipt(.taken))
        // When the next one finds the input known, and its marker there already
        let unresolved = sent.count
        sent.add(receipt(.known))
        sent.keep(unresolved)
        // Then the caller, who sent it once, hears what became of it
        #expect(sent.first?.map(\.verdict) == [.taken])
    }

    @Test func `an attempt that failed for certain answers nothing`() {
        let sent = SentReceipts()
        sent.add(receipt(.refused))
        sent.keep(0)
        sent.add(receipt(.taken))
        #expect(sent.first?.map(\.verdict) == [.taken])
    }
}
