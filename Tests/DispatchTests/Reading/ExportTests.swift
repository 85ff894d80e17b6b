import Contracts
import HTTPServer
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.timeLimit(.minutes(2))) struct `the table of cases` {
    @Test(arguments: [
        ("a", "a"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("", ""), ("=1+1", "'=1+1"),
        ("@x,", "\"'@x,\""), ("-5", "'-5"), ("漏水", "漏水"),
    ])
    func `has cells that a spreadsheet reads as text`(text: String, cell: String) {
        #expect(CaseTable.cell(text) == cell)
    }

    @Test(.needsPostgres)
    func `holds the cases of one's reach, masked, from the first to the last`() async throws {
        try await DispatchRig.use { rig in
            for number in 0..<5 {
                try await rig.complain(
                    "第\(number)件，请回电13812345678", id: "c\(number)",
                    time: City.opening - .seconds(Int64(number) * 86_400))
            }
            try await rig.complain("邻居", id: "n1", at: City.neighbourCommunity)
            rig.clock.set(City.opening + .seconds(60))
            let answer = try await rig.ask("/v1/cases/export", as: .secretary)
            let lines = answer.text.split(separator: "\r\n")
            #expect(answer.status == 200 && lines.count == 6 && lines[0].hasSuffix("rule,text"))
            #expect(lines.dropFirst().map { $0.contains("第") } == [true, true, true, true, true])
            #expect(lines[1].hasSuffix("第4件，请回电***********") && lines[5].contains("第0件"))
            #expect(!answer.text.contains("138"))
            let town = try await rig.ask("/v1/cases/export?from=2026-11-23T00:00:00Z", as: .townClerk)
            #expect(town.text.split(separator: "\r\n").count == 4)
            for (query, status) in [
                ("?unit=371082007014", 403), ("?from=x", 400), ("?from=2020-01-01T00:00:00Z", 400),
                ("?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", 400),
            ] {
                let answer = try await rig.ask("/v1/cases/export\(query)", as: .secretary)
                #expect(answer.status == status, "\(query)")
            }
            #expect(try await rig.ask("/v1/cases/export", as: .resident).status == 400)
        }
    }

    @Test(.needsPostgres)
    func `is made a page at a time, and holds no connection in between`() async throws {
        try await DispatchRig.use { rig in
            try await CasePopulation(cases: 1_200, open: 100).fill(rig)
            rig.clock.set(City.opening + .seconds(1))
            let from = (City.opening - .seconds(365 * 86_400)).description
            let response = try await rig.answer("/v1/cases/export?from=\(from)", as: .cityClerk)
            guard case .stream(let chunks, _) = response.body else {
                Issue.record("the table is no stream")
                return
            }
            let wanted = try await rig.count(
                "select count(*) from matter where opened_at >= '\(from)' and opened_at < '\(City.opening + .seconds(1))'"
            )
            var lines = 0
            for await chunk in chunks {
                lines += chunk.count { $0 == 0x0a }
                #expect(rig.pool.statistics.open == rig.pool.statistics.idle)
            }
            #expect(lines == wanted + 1 && wanted > 100)
        }
    }
}
