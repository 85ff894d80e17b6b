/// What a metric is and means; its series are the values it has by label.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram, info
    }

    /// Without the suffixes `_total`, `_bucket` and so on, which the text formats add.
    public let name: String
    public let kind: Kind
    public let help: String
    public let labels: [String]
    /// The upper bounds of a histogram's buckets, that without bound left out; empty for other kinds.
    public let bounds: [Double]

    init(_ kind: Kind, _ name: String, help: String, labels: [String], bounds: [Double] = []) {
        self.kind = kind
        self.name = name
        self.help = help
        self.labels = labels
        self.bounds = bounds
    }

    /// The names that queries and alert rules use, one for each kind of sample.
    public var sampleNames: [String] {
        switch kind {
        case .counter: [name + "_total"]
        case .gauge: [name]
        case .histogram: [name + "_bucket", name + "_count", name + "_sum"]
        case .info: [name + "_info"]
        }
    }

    /// The base unit in the name's end, or nil.
    public var unit: String? {
        Self.units.first { name.hasSuffix("_" + $0) }
    }

    private static let units = ["seconds", "bytes", "ratio"]

    /// What prometheus.io/docs/practices/naming and the OpenMetrics standard forbid, or nil if all is well.
    var violation: String? {
        guard ([name] + labels).allSatisfy(Self.isSnakeCase) else { return "names are snake_case" }
        for suffix in ["total", "created", "bucket", "count", "sum", "info"] where name.hasSuffix("_" + suffix) {
            return "the text format adds _\(suffix) itself"
        }
        for unit in ["milliseconds", "ms", "minutes", "kilobytes", "megabytes", "percent"]
        where name.hasSuffix("_" + unit) {
            return "metrics are in base units: seconds, bytes, ratio"
        }
        guard !labels.contains("le"), Set(labels).count == labels.count else { return "a label is le or there twice" }
        guard !help.isEmpty, !help.contains("\n") else { return "the help is one line of text" }
        return nil
    }

    private static func isSnakeCase(_ name: String) -> Bool {
        LogKey.isValid(name) || LogKey.reserved.contains(name)
    }
}
