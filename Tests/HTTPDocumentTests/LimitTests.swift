import Contracts
import Testing

@testable import muster_notify

/// What the documents say of a member's limits is what `validate` checks: at a limit it is taken, beyond it refused.
@Suite struct LimitTests {
    struct Payload: Sendable, CustomTestStringConvertible {
        let name: String
        let notes: [String: MemberNote]
        /// What reading it says.
        let read: @Sendable (JSONValue) -> UnreadableEvent?
        let example: JSONValue
        var testDescription: String { name }

        init<Value: EventPayload & MembersDescribed>(_: Value.Type, _ example: String) throws {
            name = "\(Value.self)"
            notes = Value.notes
            self.example = try EventJSON.decode(JSONValue.self, from: Array(example.utf8))
            read = { json in
                do throws(UnreadableEvent) {
                    guard let bytes = try? EventJSON.encode(json) else { return nil }
                    _ = try EventJSON.payload(Value.self, from: bytes)
                    return nil
                } catch { return error }
            }
        }
    }

    static let payloads = Result {
        let place = #""place":{"unit":"3710820070250010001"}"#
        let subject = #""subject":{"kind":"resident","id":"r-1"}"#
        return try [
            Payload(VisitReported.self, #"{"grid":"371082007025001",\#(place),"outcome":"met","minutes":4}"#),
            Payload(
                FindingReported.self,
                #"{"grid":"371082007025001",\#(place),"category":"c","severity":"normal","text":"x"}"#),
            Payload(
                ComplaintReceived.self,
                #"{"complaint":"c-1","channel":"phone",\#(place),"severity":"normal","text":"x"}"#),
            Payload(CaseAction.self, #"{"case":"01a20d14-c250-8161-a86c-f842d86e1de1","action":"resolve"}"#),
            Payload(DeedReported.self, #"{\#(subject),"item":"i","unit":"371082007025001"}"#),
            Payload(HoursReported.self, #"{\#(subject),"hours":1,"activity":"a","unit":"371082007025001"}"#),
            Payload(ContactListed.self, #"{"person":"p-1"}"#),
            Payload(UnitListed.self, #"{"unit":"371082007025001","name":"x"}"#),
            Payload(DepartmentListed.self, #"{"department":"D017","name":"x","communities":[]}"#),
            Payload(GatewayListed.self, #"{"source":"app","types":[]}"#),
            Payload(PersonListed.self, #"{"person":"p-1","name":"x","language":"zh","postings":[]}"#),
        ]
    }

    /// Values at a limit and beyond it, for each limit that a note names.
    private static func probes(_ limits: [String: JSONValue]) -> [(good: JSONValue?, bad: JSONValue)] {
        var probes: [(good: JSONValue?, bad: JSONValue)] = []
        func text(_ count: Int64) -> JSONValue { .string(String(repeating: "好", count: Int(count))) }
        if case .integer(let most)? = limits["maxLength"] { probes.append((text(most), text(most + 1))) }
        if case .integer(let least)? = limits["minLength"], least > 0 { probes.append((text(least), text(least - 1))) }
        if case .integer(let most)? = limits["maximum"] { probes.append((.integer(most), .integer(most + 1))) }
        if case .integer(let least)? = limits["minimum"] { probes.append((.integer(least), .integer(least - 1))) }
        if case .string(let pattern)? = limits["pattern"] {
            switch pattern {
            case "^[^\\u0000]*$": probes.append((.string("x"), .string("x\u{0}")))
            case "^[A-Za-z0-9._:-]{1,64}$":
                let letters = String(repeating: "a", count: 64)
                probes += [
                    (.string(letters), .string(letters + "a")), (.string("a._:-1"), .string("a b")), (nil, .string("")),
                ]
            case "^[+]?[0-9]{5,15}$": probes += [(.string("+12345"), .string("1234")), (nil, .string("12a45"))]
            case "^[0-9]{15}$": probes.append((.string("371082007025001"), .string("371082007025")))
            default: Issue.record("no probe for the pattern \(pattern)")
            }
        }
        if case .integer(let most)? = limits["maxItems"], case .object(let items)? = limits["items"],
            items["type"] != nil
        {
            let items = Array(repeating: JSONValue.string("x"), count: Int(most))
            probes.append((.array(items), .array(items + [.string("x")])))
        }
        return probes
    }

    @Test(arguments: try payloads.get())
    func `what a schema allows is taken, and what it does not is refused`(_ payload: Payload) throws {
        #expect(payload.read(payload.example) == nil)
        var count = 0
        for (member, note) in payload.notes.sorted(by: { $0.key < $1.key }) {
            for probe in Self.probes(note.limits) {
                count += 1
                var members = try payload.example.object
                if let good = probe.good {
                    members[member] = good
                    #expect(payload.read(.object(members)) == nil, "\(member) at its limit")
                }
                members[member] = probe.bad
                let refusal = payload.read(.object(members))
                #expect(refusal?.detail.contains("/\(member)") == true, "\(member) beyond its limit")
            }
        }
        #expect(
            count > 0 || payload.notes.values.allSatisfy { Set($0.limits.keys).isSubset(of: ["maxItems", "type"]) })
    }
}
