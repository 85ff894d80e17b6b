import Postgres

/// The outbox as SQL sees it.
enum Outbox {
    /// `insert … unnest` keeps the order of the arrays, and with it the order of ids.
    static let insert = Statement(
        "outbox_insert",
        """
        insert into outbox (shard, message_count, messages)
        select shard, message_count, messages
        from unnest($1::int2[], $2::int4[], $3::bytea[]) with ordinality as row (shard, message_count, messages, number)
        order by number
        """)

    /// One request for all messages of a batch; nil without any.
    static func request(_ messages: [OutboxMessage]) -> Request? {
        if messages.isEmpty { return nil }
        var shards: [Int16] = []
        var counts: [Int32] = []
        var rows: [Bytes] = []
        let byShard = Dictionary(grouping: messages, by: \.shard).sorted { $0.key < $1.key }
        for (shard, messages) in byShard {
            for part in parts(of: messages) {
                shards.append(shard)
                counts.append(Int32(part.count))
                rows.append(Bytes(OutboxRow.pack(part)))
            }
        }
        return Request(insert, Parameters(shards, counts, rows))
    }

    /// Splits one shard's messages where a row would grow over the soft limit.
    private static func parts(of messages: [OutboxMessage]) -> [ArraySlice<OutboxMessage>] {
        var parts: [ArraySlice<OutboxMessage>] = []
        var start = 0
        var size = 0
        for (index, message) in messages.enumerated() {
            size += (message.value?.count ?? 0) + 400
            if size > OutboxRow.softLimit {
                parts.append(messages[start...index])
                (start, size) = (index + 1, 0)
            }
        }
        if start < messages.count { parts.append(messages[start...]) }
        return parts
    }
}
