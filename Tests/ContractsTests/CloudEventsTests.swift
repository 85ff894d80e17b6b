import Contracts
import Testing

@Suite struct CloudEventsTests {
    private let envelope = EventEnvelope(
        id: "f-1", source: "app", type: FindingReported.type, subject: "371082007025001", time: Example.time,
        recordedAt: Example.later, correlationID: "c-0", causationID: "c-1", actor: Example.person,
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

    private func read(
        _ headers: [(name: String, value: String)], _ value: [UInt8]? = Array("{}".utf8)
    ) throws -> CloudEvents.Raw {
        try CloudEvents.read(
            header: { name in headers.first { $0.name == name }.map { Array($0.value.utf8)[...] } }, value: value)
    }

    @Test func `binary mode gives back the envelope that went out`() throws {
        #expect(try read(CloudEvents.headers(of: envelope)).envelope == envelope)
    }

    @Test func `structured mode says the same`() throws {
        let json = """
            {"specversion":"1.0","id":"f-1","source":"app","type":"muster.gateway.finding.v1","subject":"371082007025001",
            "time":"2026-11-24T00:30:00Z","recordedat":"2026-11-25T00:30:00.25Z","correlationid":"c-0","causationid":"c-1",
            "actor":"p-grid-1","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "data":{"b":1,"a":[true,null,2.5,"ü"]}}
            """
        let raw = try read([("content-type", "Application/CloudEvents+json; charset=UTF-8")], Array(json.utf8))
        #expect(raw.envelope == envelope)
        #expect(String(decoding: raw.data, as: UTF8.self) == #"{"a":[true,null,2.5,"ü"],"b":1}"#)
    }

    /// The SDKs write `data_base64` when they are given the JSON as bytes.
    @Test(arguments: [
        (#""data_base64":"eyJhIjoxfQ==""#, #"{"a":1}"#), (#""data_base64":"e30=","data":{"b":2}"#, #"{"b":2}"#),
        (#""data_base64":"{}""#, "wrong-shape: member data_base64 is no base64 (RFC 4648, section 4)"),
        (#""data_base64":7"#, "wrong-shape: member data is missing: put the event's JSON there"),
    ])
    func `structured mode takes the data as base64 too`(member: String, expected: String) throws {
        let json = """
            {"specversion":"1.0","id":"f-1","source":"app","type":"t","time":"2026-11-24T00:30:00Z",\(member)}
            """
        let found: String
        do {
            let raw = try read([("content-type", "application/cloudevents+json")], Array(json.utf8))
            found = String(decoding: raw.data, as: UTF8.self)
        } catch let error as UnreadableEvent {
            found = error.description
        }
        #expect(found == expected)
    }

    @Test(
        arguments: [
            ("ce_id", nil, "missing-attribute"), ("ce_id", "with space", "bad-attribute"),
            ("ce_time", nil, "missing-attribute"),
            ("ce_time", "yesterday", "bad-attribute"), ("ce_specversion", "0.3", "bad-attribute"),
            ("ce_source", nil, "missing-attribute"), ("ce_type", nil, "missing-attribute"),
            ("ce_actor", "Herr Müller", "bad-attribute"),
        ] as [(String, String?, String)])
    func `a missing or wrong attribute is named`(name: String, value: String?, reason: String) {
        var headers = CloudEvents.headers(of: envelope).filter { $0.name != name }
        if let value { headers.append((name, value)) }
        let error = #expect(throws: UnreadableEvent.self) { try read(headers) }
        #expect(error?.reason.rawValue == reason)
        #expect(error?.detail.contains(String(name.dropFirst(3))) == true)
    }

    @Test func `headers that are not UTF-8, a tombstone and an event over the limit are refused`() {
        #expect(throws: UnreadableEvent.self) {
            try CloudEvents.read(header: { $0 == "ce_id" ? [0xff] : nil }, value: [])
        }
        #expect(throws: UnreadableEvent.self) { try read(CloudEvents.headers(of: envelope), nil) }
        let error = #expect(throws: UnreadableEvent.self) {
            try read(CloudEvents.headers(of: envelope), Array(repeating: 0x20, count: Limit.eventBytes + 1))
        }
        #expect(error?.reason == .overLimit)
    }
}
