import Contracts

/// Watches the stored positions from inside the database: who moves what, from where to where.
///
/// A position that is moved by a replica which does not own it, or that jumps, is what fence and epoch are there against; the
/// rows that follow from it need not show it.
enum PositionAudit {
    static func install(in city: FaultCity) async throws {
        for service in ServiceName.allCases.map(\.rawValue) {
            try await city.execute(
                """
                create table \(service).fault_move (
                    number int8 generated always as identity, topic text, partition int4, before int8, after int8,
                    owner text, mover text, claimed int8, epoch int8);
                grant insert on \(service).fault_move to public;
                create function \(service).fault_note() returns trigger language plpgsql as $$
                begin
                    insert into \(service).fault_move (topic, partition, before, after, owner, mover, claimed, epoch)
                    values (new.topic, new.partition, old.next_offset, new.next_offset, old.owner,
                        current_setting('application_name'), old.epoch, new.epoch);
                    return null;
                end $$;
                create trigger fault_note after update on \(service).consumer_offset
                    for each row execute function \(service).fault_note();
                """)
        }
    }

    static func faults(in city: FaultCity) async throws -> [String] {
        var faults: [String] = []
        for service in ServiceName.allCases.map(\.rawValue) {
            faults += try await city.texts(
                """
                select '\(service): ' || mover || ' moved ' || topic || '/' || partition || ' of ' || owner || ' from '
                    || before || ' to ' || after
                from \(service).fault_move where epoch = claimed and (after < before or owner <> mover)
                union all
                select '\(service): a claim of ' || topic || '/' || partition || ' did not raise its epoch'
                from \(service).fault_move where epoch = claimed and before = after
                limit 5
                """)
        }
        return faults
    }
}
