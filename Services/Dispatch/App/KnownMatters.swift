import Contracts
import Postgres
import ServiceKit

/// The cases that others may turn out to repeat.
struct KnownMatters {
    struct Place: Hashable {
        let unit: UnitCode
        let category: String

        init(_ state: CaseState) {
            unit = state.unit
            category = state.category
        }
    }

    /// Those of the same kind and place as each given one, from before it, and those that they are part of; none that is over by
    /// itself, of which a street that called all year has thousands.
    let cases: [CaseState]
    private let places: [Place: [EventID]]

    /// Those that a case may repeat, in the order in which they were opened.
    func like(_ state: CaseState) -> [EventID] { places[Place(state)] ?? [] }

    /// - Parameter reach: how far back; see `CaseDecision.settle`.
    init(for states: [CaseState], since reach: (Instant) -> Instant, in session: inout Session) throws {
        let windows = Self.windows(of: states, since: reach)
        if windows.isEmpty {
            (cases, places) = ([], [:])
            return
        }
        let parameters = Parameters(
            windows.map(\.place.unit.text), windows.map(\.place.category), windows.map { Timestamp($0.since) },
            windows.map { Timestamp($0.until) })
        let found = try session.query(Self.find, parameters).rows(as: JSON.self).map {
            try EventJSON.decode(CaseState.self, from: $0.utf8)
        }
        let ids = Set(found.map(\.id))
        let heads = Set(found.compactMap(\.joinedTo)).subtracting(ids)
        cases = found + (try CaseRows.load(heads, in: &session))
        let all = found + states.filter { !ids.contains($0.id) }
        places = Dictionary(grouping: all, by: Place.init).mapValues { states in
            states.sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }.map(\.id)
        }
    }

    struct Window: Equatable {
        let place: Place
        let since: Instant
        var until: Instant
    }

    /// When the cases may have been opened that these repeat. Where a whole street calls, they look back over the same time: asked
    /// for one by one, a hundred cases would be read a hundred times.
    static func windows(of states: [CaseState], since reach: (Instant) -> Instant) -> [Window] {
        var windows: [Window] = []
        for (place, states) in Dictionary(grouping: states, by: Place.init) {
            var own: [Window] = []
            for state in states.sorted(by: { $0.openedAt < $1.openedAt }) {
                let since = reach(state.openedAt)
                if let last = own.last, since <= last.until {
                    own[own.count - 1].until = state.openedAt
                } else {
                    own.append(Window(place: place, since: since, until: state.openedAt))
                }
            }
            windows += own
        }
        return windows.sorted {
            ($0.place.unit, $0.place.category, $0.since) < ($1.place.unit, $1.place.category, $1.since)
        }
    }

    /// Plan: one scan of the index matter_place per row of the arrays. What of these weeks is of another kind is read and left out:
    /// an index that knows the kind too would be written by every step of every case.
    static let find = Statement(
        "matter_find_known",
        """
        select distinct on (matter.id) matter.state
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as asked (unit, category, since, until)
        join matter on matter.unit = asked.unit and matter.category = asked.category
            and matter.opened_at between asked.since and asked.until
            and (matter.status in ('assigned', 'accepted', 'in-hand') or matter.state ? 'joinedTo')
        order by matter.id
        limit 5000
        """)
}
