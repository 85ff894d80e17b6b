import Contracts
import TestSupport
import Testing

/// Whatever a record holds: it is read as an event that says the same when it is written again, or refused with a reason.
struct BadBytesTests {
    @Test(arguments: Example.all.indices)
    func `an event's data is read or refused, and never half`(index: Int) throws {
        let example = Example.all[index].full
        try read(example, seed: UInt64(index))
    }

    private func read<Payload: EventPayload>(_ example: Payload, seed: UInt64) throws {
        let good = try EventJSON.encode(example)
        var mutator = ByteMutator(seed: seed)
        for _ in 0..<ByteMutator.rounds {
            let bytes = mutator.mutate(good)
            guard let payload = try? EventJSON.payload(Payload.self, from: bytes) else { continue }
            let written = try EventJSON.encode(payload)
            let again = try EventJSON.encode(try EventJSON.payload(Payload.self, from: written))
            #expect(again == written, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `headers and structured events are read or refused`() throws {
        let envelope = EventEnvelope(
            id: "f-1", source: "app", type: FindingReported.type, time: Example.time, actor: Example.person)
        let headers = CloudEvents.headers(of: envelope).map { ($0.name, Array($0.value.utf8)[...]) }
        let whole =
            #"{"specversion":"1.0","id":"f-1","source":"app","type":"muster.gateway.finding.v1","time":"2026-11-24T08:30:00Z","data":{"a":[1,2.5,null,"x"]}}"#
        var mutator = ByteMutator(seed: 7)
        for round in 0..<ByteMutator.rounds * 4 {
            let broken = round % headers.count
            let names = Dictionary(uniqueKeysWithValues: headers)
            let bad = mutator.mutate(Array(headers[broken].1))[...]
            let raw = try? CloudEvents.read(header: { $0 == headers[broken].0 ? bad : names[$0] }, value: [0x7b, 0x7d])
            if let raw { #expect(!raw.envelope.id.isEmpty) }
            let structured = mutator.mutate(Array(whole.utf8))
            let type = Array("application/cloudevents+json".utf8)[...]
            _ = try? CloudEvents.read(header: { $0 == "content-type" ? type : nil }, value: structured)
        }
    }
}
