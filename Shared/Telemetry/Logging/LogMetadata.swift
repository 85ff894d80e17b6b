/// What belongs to an event, in the order it was given:
///
///     log.info("batch committed", metadata: [.topic: topic, .partition: 3, .duration: elapsed])
public struct LogMetadata: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var fields: [(key: LogKey, value: LogValue)]

    public init(dictionaryLiteral elements: (LogKey, any LogValueConvertible)...) {
        fields = []
        fields.reserveCapacity(elements.count)
        for (key, value) in elements {
            self[key] = value.logValue
        }
    }

    /// Setting a key again keeps its place.
    public subscript(key: LogKey) -> LogValue? {
        get { fields.first { $0.key == key }?.value }
        set {
            let index = fields.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Both; where both have a key, the other one's value holds.
    public func merging(_ other: LogMetadata) -> LogMetadata {
        guard !fields.isEmpty else { return other }
        var merged = self
        for (key, value) in other.fields {
            merged[key] = value
        }
        return merged
    }
}

extension LogMetadata: Equatable {
    public static func == (left: LogMetadata, right: LogMetadata) -> Bool {
        left.fields.elementsEqual(right.fields, by: ==)
    }
}
