import Contracts
import Postgres
import Testing

@testable import muster_dispatch

/// Many cases, as if they had been opened over ten years: what plans and figures rest on. The city is that of docs/domain: sixty
/// communities of thirteen towns, a few of them large.
struct CasePopulation {
    let cases: Int
    /// How many of them are open, the newest ones.
    let open: Int

    static let communities: [String] = (0..<60).map { number in
        let town = number < 26 ? 7 : 8 + (number - 26) % 12
        return "371082" + padded(town, 3) + padded(number + 1, 3)
    }

    /// In one of so many cases.
    static let words: [(word: String, oneIn: Int)] = [
        ("小区", 3), ("垃圾", 8), ("漏水", 40), ("路灯", 200), ("井盖", 1_000), ("马蜂窝", 20_000), ("leak", 5_000),
    ]

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    /// Fills an empty database; its last case is opened at the end of `City.opening`'s day.
    func fill(_ rig: DispatchRig) async throws {
        let model = try await rig.complain("模板", id: "model")
        _ = try await rig.act(.accept, on: model, by: .chief)
        let indexes = try await rig.pool.run { session in
            session.timeout = .seconds(3_600)
            try session.execute(
                """
                create temporary table model as select * from matter;
                delete from matter_search; delete from matter_input; delete from history; delete from timer; delete from matter;
                """)
            let indexes = try session.query(
                Statement(
                    once: """
                        select indexname::text, indexdef from pg_indexes
                        where schemaname = 'dispatch' and tablename in ('matter', 'matter_search')
                            and indexname not like '%_pkey'
                        """)
            ).rows(as: String.self, String.self)
            for index in indexes { try session.execute("drop index \(index.0)") }
            try copy(into: &session)
            return indexes
        }
        try await rig.pool.run { session in
            session.timeout = .seconds(3_600)
            for index in indexes {
                // What an inverted index is gathered in has to fit the processor's cache: with 4 GB ten million cases would
                // take hours, with this half of one.
                let memory = index.1.contains("USING gin") ? "20MB" : "1GB"
                try session.execute("set maintenance_work_mem = '\(memory)'; \(index.1)")
            }
            try session.execute("analyze matter; analyze matter_search")
            // What the index-only scans rest on.
            for table in ["matter", "matter_search"] { try session.execute("vacuum \(table)") }
        }
    }

    private func copy(into session: inout Session) throws {
        var random = Seeded(3)
        let step = 10 * 365 * 86_400_000 / Int64(cases)
        let (cases, open) = (cases, open)
        try session.execute(
            "create temporary table made (number int4, unit text, opened_at timestamptz, text text, folded text, keys int4[])"
        )
        // Few enough to be made in a debug build, and enough for every word.
        let texts = (0..<min(cases, 20_000)).map { _ in
            let text = Self.text(&random)
            let made = SearchText(text)
            return (text: text, folded: made.folded, tokens: made.tokens)
        }
        var stretches: [SearchIndex.Stretch?] = Array(repeating: nil, count: 100 * 400)
        var places: [String: Int] = [:]
        let parsed = Self.communities.map { community in
            [community, String(community.prefix(9)), String(community.prefix(6))].map { unit in
                let place = places[unit] ?? places.count
                places[unit] = place
                return (UnitCode(unit)!, place)
            }
        }
        for start in stride(from: 0, to: cases, by: 50_000) {
            try session.copyIn(
                "copy made (number, unit, opened_at, text, folded, keys) from stdin (format binary)",
                start..<min(start + 50_000, cases)
            ) { number, writer in
                let time = City.opening - .milliseconds(step * Int64(cases - 1 - number))
                let community = Int.random(in: 0..<Self.communities.count, using: &random)
                let grid = Self.communities[community] + "00" + String(number % 8 + 1)
                let text = texts[Int.random(in: 0..<texts.count, using: &random)]
                let month = SearchIndex.Month(of: time)
                var keys: [Int32] = []
                for (unit, place) in parsed[community] {
                    let stretch = stretches[place * 400 + month.number] ?? SearchIndex.Stretch(unit, month)
                    stretches[place * 400 + month.number] = stretch
                    for token in text.tokens { keys.append(stretch.key(token)) }
                }
                writer.append(Int32(number), grid, Timestamp(time), text.text, text.folded, keys)
            }
        }
        try session.query(Statement(once: Self.insertCases), Parameters(Int32(cases - open)))
        try session.execute(
            """
            insert into matter_search (matter_id, unit, opened_at, folded, keys)
            select ('00000000-0000-8000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, unit, opened_at, folded, keys from made
            """)
    }

    /// Sentences as they come to a hotline: some forty characters, with the words of the table as often as it says.
    private static func text(_ random: inout Seeded) -> String {
        var parts = [random.pick(places) + String(Int.random(in: 1...400, using: &random)) + "号"]
        for (word, oneIn) in words where Int.random(in: 0..<oneIn, using: &random) == 0 { parts.append(" \(word) ") }
        for _ in 0..<4 { parts.append(random.pick(phrases)) }
        return parts.joined()
    }

    private static let places = ["凭海路", "成山大道", "青山中路", "观海路", "文化东路", "河阳路", "悦湖路", "黎明路"]
    private static let phrases: [String] = {
        let openings = ["来电反映", "市民投诉", "居民反映", "业主来电称", "网格员发现", "热心群众反映"]
        let subjects = ["楼下商户", "物业公司", "施工工地", "夜间货车", "楼道杂物", "绿化带内", "公交站牌", "健身器材", "排水管道", "电梯轿厢"]
        let matters = ["长期无人管理", "影响正常出行", "存在安全隐患", "多次联系未果", "希望尽快处理", "请有关部门核实", "噪音很大无法休息"]
        return openings + subjects + matters
            + subjects.flatMap { subject in matters.map { subject + $0 } }
    }()

    private static let insertCases = """
        insert into matter (
            id, version, number, year, unit, community, owner_unit, owner_person, status, handling, category, severity, rung,
            resolve_by, opened_at, recorded_at, text, state)
        select row.id, 2, number, 2026, row.unit, left(row.unit, 12), row.owner_unit, case when number % 3 = 0 then 'p' || number % 447 end,
            row.status, model.handling, row.category, model.severity, model.rung, due, row.opened_at, row.opened_at, row.text,
            model.state || jsonb_build_object(
                'id', row.id, 'unit', row.unit, 'number', number, 'status', row.status, 'category', row.category,
                'openedAt', to_char(row.opened_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'acceptBy', to_char(due at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'resolveBy', to_char(due at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        from (
            select *, ('00000000-0000-8000-8000-' || lpad(to_hex(number), 12, '0'))::uuid as id,
                opened_at + (number % 97) * interval '1 hour' as due,
                case when number < $1 then 'closed' else (array['assigned', 'accepted', 'accepted', 'resolved'])[number % 4 + 1] end
                    as status,
                (array['city-appearance.rubbish.exposed', 'utility.heating.cold', 'facility.lighting.lamp-out',
                    'neighbours.dispute.leak', 'safety.fire.blocked-exit'])[number % 5 + 1] as category,
                left(unit, (array[15, 15, 15, 12])[number % 4 + 1]) as owner_unit
            from made
        ) as row cross join (select handling, severity, rung, state from model) as model
        """
}
