/// One series at the moment of a scrape.
struct Sample {
    enum Value {
        case integer(UInt64)
        case real(Double)
        case histogram(Histogram.Buckets, Histogram.Snapshot)
    }

    var labels: [String]
    var value: Value
}
