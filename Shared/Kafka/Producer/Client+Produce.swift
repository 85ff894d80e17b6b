import CRdKafka

extension Client {
    /// Hands one record, copied, to librdkafka. `rd_kafka_producev` is variadic and so invisible to Swift; its array
    /// form does the same.
    ///
    /// - Returns: an error for the caller to free, where the record was not accepted.
    func produce(
        _ record: borrowing OutgoingRecord, to topic: TopicHandle, opaque: UnsafeMutableRawPointer
    ) -> OpaquePointer? {
        unsafe withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { buffer in
            var fields = unsafe Fields(buffer)
            unsafe fields.add(RD_KAFKA_VTYPE_RKT) { unsafe $0.rkt = topic.pointer }
            unsafe fields.add(RD_KAFKA_VTYPE_MSGFLAGS) { unsafe $0.i = RD_KAFKA_MSG_F_COPY }
            unsafe fields.add(RD_KAFKA_VTYPE_OPAQUE) { unsafe $0.ptr = opaque }
            if let partition = record.partition {
                unsafe fields.add(RD_KAFKA_VTYPE_PARTITION) { unsafe $0.i32 = partition }
            }
            let headers = unsafe makeHeaders(record.headers)
            if let headers = unsafe headers {
                unsafe fields.add(RD_KAFKA_VTYPE_HEADERS) { unsafe $0.headers = headers }
            }
            let error = unsafe withMemory(record.value) { value in
                unsafe fields.add(RD_KAFKA_VTYPE_VALUE) { unsafe $0.mem = value }
                return unsafe withMemory(record.key) { key in
                    unsafe fields.add(RD_KAFKA_VTYPE_KEY) { unsafe $0.mem = key }
                    return unsafe rd_kafka_produceva(pointer, buffer.baseAddress, fields.count)
                }
            }
            // The headers go over to the record only if it was accepted.
            if let headers = unsafe headers, unsafe error != nil { unsafe rd_kafka_headers_destroy(headers) }
            return unsafe error
        }
    }
}

private typealias Field = rd_kafka_vu_t.__Unnamed_union_u

/// The arguments of `rd_kafka_produceva`, being filled in.
@unsafe
private struct Fields {
    let buffer: UnsafeMutableBufferPointer<rd_kafka_vu_t>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<rd_kafka_vu_t>) { unsafe self.buffer = buffer }

    mutating func add(_ type: rd_kafka_vtype_t, _ fill: (inout Field) -> Void) {
        unsafe buffer[count].vtype = type
        unsafe fill(&buffer[count].u)
        unsafe count += 1
    }
}

/// Lends bytes to C. No bytes at all, a null address, are not the same as zero bytes: an empty Swift array may have no
/// address, so that it lends that of another.
private func withMemory<Result>(
    _ bytes: [UInt8]?, _ body: (rd_kafka_vu_t.__Unnamed_union_u.__Unnamed_struct_mem) -> Result
) -> Result {
    guard let bytes else { return unsafe body(.init(ptr: nil, size: 0)) }
    return unsafe bytes.withUnsafeBytes { buffer in
        var nothing: UInt8 = 0
        return unsafe withUnsafeMutablePointer(to: &nothing) { nothing in
            let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress) ?? UnsafeMutableRawPointer(nothing)
            return unsafe body(.init(ptr: start, size: buffer.count))
        }
    }
}

private func makeHeaders(_ headers: Headers) -> OpaquePointer? {
    if headers.count == 0 { return nil }
    let list = unsafe rd_kafka_headers_new(headers.count)
    // It copies what it is given.
    unsafe headers.bytes.withUnsafeBytes { bytes in
        headers.forEachField { name, value in
            let name = unsafe UnsafeRawBufferPointer(rebasing: bytes[name])
            let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[value])
            _ = unsafe rd_kafka_header_add(
                list, name.baseAddress?.assumingMemoryBound(to: CChar.self), name.count, value.baseAddress, value.count)
        }
    }
    return unsafe list
}
