/// The two text formats that a scrape may ask for.
public enum Exposition: Sendable {
    /// OpenMetrics 1.0.
    case openMetrics
    /// Prometheus 0.0.4.
    case prometheus

    /// Prometheus 3 refuses a scrape without a content type that it knows.
    public var contentType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// OpenMetrics where the client names it and likes plain text no better; else what everyone can read.
    public init(accept: String?) {
        var openMetrics = 0.0
        var text = 0.0
        for range in (accept ?? "").lowercased().split(separator: ",") {
            var parts = range.split(separator: ";").map { $0.trimmed }[...]
            let type = parts.popFirst()
            let quality = parts.last { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            let version = parts.last { $0.hasPrefix("version=") }?.dropFirst(8)
            switch type {
            case "application/openmetrics-text" where version == nil || version == "1.0.0":
                openMetrics = max(openMetrics, quality)
            case "text/plain" where version == nil || version == "0.0.4":
                text = max(text, quality)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .prometheus
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return self[first...last]
    }
}

extension Metrics {
    /// What `GET /metrics` answers.
    /// - Parameter accept: the request's `Accept` header.
    public func render(accept: String?) -> (contentType: String, body: [UInt8]) {
        let exposition = Exposition(accept: accept)
        return (exposition.contentType, render(exposition))
    }

    public func render(_ exposition: Exposition) -> [UInt8] {
        var text = ExpositionText(exposition)
        for (family, samples) in collect() {
            text.append(family, samples)
        }
        return text.finish()
    }
}
