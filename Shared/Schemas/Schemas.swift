public import Contracts
public import Postgres

/// Each service's schema as an ordered list of migrations: a service checks that it is there, `muster migrate` makes it.
///
/// Forward only: a file that has been applied anywhere is never changed; a later one puts right what was wrong. Expand
/// first, contract later: the version before must run on the schema of this one.
public enum Schemas {
    public static func migrations(of service: ServiceName) -> Migrations {
        let texts =
            [("kernel", PackageResources.kernel_sql)] + own(of: service)
            + [("compressed", PackageResources.compressed_sql)] + later(of: service)
        return Migrations(
            schema: service.rawValue,
            texts.enumerated().map { index, text in
                Migration(number: index + 1, name: text.0, sql: String(decoding: text.1, as: UTF8.self))
            })
    }

    private static func own(of service: ServiceName) -> [(String, [UInt8])] {
        switch service {
        case .intake: [("patrol", PackageResources.patrol_sql)]
        case .dispatch:
            [
                ("cases", PackageResources.cases_sql), ("reads", PackageResources.reads_sql),
                ("policy", PackageResources.policy_sql),
            ]
        case .credit: [("ledger", PackageResources.ledger_sql)]
        case .notify: [("notices", PackageResources.notices_sql)]
        }
    }

    /// What came after the kernel's last: a migration that may have been applied keeps its number.
    private static func later(of service: ServiceName) -> [(String, [UInt8])] {
        switch service {
        case .dispatch:
            [
                ("stamps", PackageResources.stamps_sql), ("corrections", PackageResources.corrections_sql),
                ("decisions", PackageResources.decisions_sql), ("settled", PackageResources.settled_sql),
                ("waiting", PackageResources.waiting_sql), ("places", PackageResources.places_sql),
            ]
        case .credit: [("room", PackageResources.room_sql)]
        case .intake, .notify: []
        }
    }
}
