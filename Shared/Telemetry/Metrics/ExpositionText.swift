/// Writes families in one of the two formats.
struct ExpositionText {
    private let exposition: Exposition
    private var bytes: [UInt8] = []

    init(_ exposition: Exposition) {
        self.exposition = exposition
        bytes.reserveCapacity(16_384)
    }

    consuming func finish() -> [UInt8] {
        if exposition == .openMetrics {
            append("# EOF\n")
        }
        return bytes
    }

    mutating func append(_ family: MetricFamily, _ samples: [Sample]) {
        appendMetadata(family)
        for sample in samples {
            switch sample.value {
            case .integer(let value):
                append(family.sampleNames[0], family.labels, sample.labels, String(value))
            case .real(let value):
                append(family.sampleNames[0], family.labels, sample.labels, value.expositionText)
            case .histogram(let buckets, let snapshot):
                append(family, sample.labels, buckets, snapshot)
            }
        }
    }

    private mutating func appendMetadata(_ family: MetricFamily) {
        switch exposition {
        case .openMetrics:
            append("# TYPE \(family.name) \(family.kind.rawValue)\n")
            if let unit = family.unit {
                append("# UNIT \(family.name) \(unit)\n")
            }
            append("# HELP \(family.name) \(family.help.escaped(quotes: true))\n")
        case .prometheus:
            // This format knows no info, and names what a sample is named.
            let name = family.kind == .histogram ? family.name : family.sampleNames[0]
            append("# HELP \(name) \(family.help.escaped(quotes: false))\n")
            append("# TYPE \(name) \(family.kind == .info ? "gauge" : family.kind.rawValue)\n")
        }
    }

    private mutating func append(
        _ family: MetricFamily, _ labels: [String], _ buckets: Histogram.Buckets, _ snapshot: Histogram.Snapshot
    ) {
        let names = family.labels + ["le"]
        var count: UInt64 = 0
        for (bound, observed) in zip(buckets.bounds + [.infinity], snapshot.counts) {
            count += observed
            append(family.name + "_bucket", names, labels + [bound.bucketText], String(count))
        }
        append(family.name + "_count", family.labels, labels, String(count))
        append(family.name + "_sum", family.labels, labels, snapshot.sum.expositionText)
    }

    private mutating func append(_ name: String, _ labels: [String], _ values: [String], _ value: String) {
        append(name)
        if !labels.isEmpty {
            let pairs = zip(labels, values).map { "\($0)=\"\($1.escaped(quotes: true))\"" }
            append("{\(pairs.joined(separator: ","))}")
        }
        append(" \(value)\n")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}

extension String {
    fileprivate func escaped(quotes: Bool) -> String {
        guard utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return self }
        // By scalars: a carriage return with its line feed is one character.
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Double {
    /// Whole numbers without a fraction, as far as every reader holds them exactly.
    var expositionText: String {
        switch self {
        case .infinity: "+Inf"
        case -.infinity: "-Inf"
        case _ where isNaN: "NaN"
        case _ where self == rounded() && magnitude < 9e15: String(Int64(self))
        default: String(self)
        }
    }

    /// The one form that OpenMetrics recommends for `le`: `0.1`, `1.0`, `1e+06`.
    var bucketText: String {
        let text = expositionText
        guard magnitude >= 1e6, isFinite, !text.contains("e") else {
            return text.contains(".") || text.contains("e") || !isFinite ? text : text + ".0"
        }
        let sign = self < 0 ? "-" : ""
        let whole = text.drop { $0 == "-" }.prefix { $0 != "." }
        var digits = text.filter(\.isNumber)[...]
        while digits.count > 1, digits.last == "0" {
            digits.removeLast()
        }
        let exponent = whole.count - 1
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        return "\(sign)\(digits.prefix(1))\(fraction)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }
}
