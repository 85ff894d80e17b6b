import Contracts
import Foundation
import Testing

@Suite struct EventEncodingTests {
    @Test func `every type of the catalogue has its examples, and the other way round`() {
        let shown = Example.all.map { type(of: $0.full).type }
        #expect(shown.sorted() == EventCatalog.all.map { $0.type }.sorted())
        #expect(Set(shown).count == shown.count)
    }

    @Test func `every example comes back as it went out, and keeps its rules`() throws {
        for example in Example.all {
            for payload in [example.full, example.minimal] {
                func check<Payload: EventPayload>(_ payload: Payload) throws {
                    let bytes = try EventJSON.encode(payload)
                    #expect(try EventJSON.payload(Payload.self, from: bytes) == payload)
                    #expect(bytes.count < Limit.eventBytes)
                }
                try check(payload)
            }
        }
    }

    @Test func `a reader ignores members that it does not know`() throws {
        for example in Example.all {
            func check<Payload: EventPayload>(_ payload: Payload) throws {
                var text = String(decoding: try EventJSON.encode(payload), as: UTF8.self)
                text.insert(
                    contentsOf: #""aaa":{"of":["a","later","version"]},"#, at: text.index(after: text.startIndex))
                #expect(try EventJSON.payload(Payload.self, from: Array(text.utf8)) == payload)
            }
            try check(example.full)
        }
    }

    /// The one encoding: sorted keys, lower-case UUIDs, UTC with three fraction digits, no white space, slashes as they are.
    @Test(arguments: [
        (
            "muster.finding.recorded.v1",
            #"{"category":"city-appearance.rubbish.exposed","evidence":["photo-1"],"finding":"01a20d14-c250-8161-a86c-f842d86e1de1","grid":"371082007025001","place":{"label":"入口","unit":"3710820070250010001"},"severity":"normal","text":"垃圾堆在楼下"}"#
        ),
        (
            "muster.case.climbed.v1",
            #"{"case":"01a20d14-c250-8161-a86c-f842d86e1de1","department":"D017","due":"2026-11-25T00:30:00.250Z","from":"community","head":"p-grid-1","reason":"no-show","sequence":3,"supervisor":"371082007","to":"town","unit":"3710820070250010001"}"#
        ),
        (
            "muster.credit.entry.v1",
            #"{"cause":"e-1","creditSubject":{"id":"r-1","kind":"resident"},"entry":"01a20d14-c250-8161-a86c-f842d86e1de1","expires":"2026-11-25T00:30:00.250Z","points":-100,"reverses":"01a20d14-c250-8eb5-a889-8df863ddbd9b","rule":"snow-cleared","ruleVersion":1}"#
        ),
    ])
    func `bytes are pinned`(type: String, json: String) throws {
        let example = try #require(Example.all.first { Swift.type(of: $0.full).type == type })
        #expect(String(decoding: try EventJSON.encode(example.full), as: UTF8.self) == json)
    }

    @Test(arguments: [
        (#"{"grid":"371082007025001"}"#, "wrong-shape", "/place is missing"),
        (#"{"grid":7}"#, "wrong-shape", "/grid has the wrong type: a text is wanted"),
        (
            #"{"grid":"371082007025001","place":7}"#, "wrong-shape",
            "/place has the wrong type: an object is wanted"
        ),
        (
            #"{"grid":"371082007025001","place":null}"#, "wrong-shape", "/place is null: an object is wanted"
        ),
        (#"{"grid":"37"}"#, "wrong-shape", "/grid has the wrong form: write 6, 9, 12, 15, 19 or 21 digits"),
        ("{", "not-json", "the data is no JSON"),
        ("7", "wrong-shape", "the data has the wrong type: an object is wanted"),
        (
            #"{"grid":"371082007025001","place":{"unit":"371082007025001"},"outcome":"met","minutes":5.5}"#,
            "wrong-shape",
            "/minutes must be a whole number of at most 64 bits"
        ),
        (
            #"{"grid":"371082007025001","place":{"unit":"371082007025001"},"outcome":"met","minutes":99999999999999999999}"#,
            "wrong-shape", "/minutes must be a whole number of at most 64 bits"
        ),
        (
            #"{"grid":"371082007025001","place":{"unit":"371082007025002"},"outcome":"met","minutes":1}"#, "over-limit",
            "/place/unit lies outside the grid"
        ),
        (
            #"{"grid":"371082007025001","place":{"unit":"371082007025001"},"outcome":"away","minutes":1}"#,
            "wrong-shape",
            "/outcome is an unknown word: write one of met, nobody, refused"
        ),
    ])
    func `what cannot be read says which member, what was wrong and what would be right`(
        json: String, reason: String, detail: String
    ) {
        let error = #expect(throws: UnreadableEvent.self) {
            try EventJSON.payload(VisitReported.self, from: Array(json.utf8))
        }
        #expect(error?.reason.rawValue == reason)
        #expect(error?.detail.hasPrefix(detail) == true, "\(error?.detail ?? "")")
    }
}
