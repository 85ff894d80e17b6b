import CCurl
import CCurlShims
import Glibc
import HTTPMessages

/// One request under way. It lives on the client's thread only, hence is not Sendable.
@safe
final class Transfer {
    let easy: EasyHandle
    let order: Order
    private let settings: Client.Settings
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var headers = Fields()
    private var headerBytes = 0
    private var isForbidden = false
    private var isTooLarge = false

    /// Takes over `easy`, fresh or reset.
    init(_ easy: EasyHandle, _ order: Order, _ settings: Client.Settings) {
        self.easy = easy
        self.order = order
        self.settings = settings
    }

    deinit { unsafe curl_slist_free_all(fields) }

    /// Options of the request. libcurl keeps `self` as an address: the client holds it until the handle is reset.
    func prepare() -> CURLcode {
        let request = order.request
        // To libcurl "Name:" is an order to send no such field, and "Name;" a field without a value. Without the first line
        // it would wait a second for a 100 that many servers never send.
        let lines = request.headers.all.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in ["Expect:"] + lines {
            guard let longer = unsafe curl_slist_append(fields, line) else { return CURLE_OUT_OF_MEMORY }
            unsafe fields = longer
        }
        var steps = [
            easy.set(CURLOPT_URL, request.url),
            easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue),
            unsafe curlshim_set_headers(easy.pointer, fields),
            // Neither signals nor files nor anything else a stranger's URL might name.
            easy.set(CURLOPT_NOSIGNAL, 1),
            easy.set(CURLOPT_PROTOCOLS_STR, "http,https"),
            // A proxy from the environment would connect in our place, past the address policy.
            easy.set(CURLOPT_PROXY, ""),
            easy.set(CURLOPT_TIMEOUT_MS, request.timeout.atLeastOneMillisecond),
            easy.set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.atLeastOneMillisecond),
        ]
        if let authorities = settings.authorities {
            steps.append(easy.set(CURLOPT_CAINFO, authorities))
            // Else libcurl would go on to trust the system's folder of authorities too.
            steps.append(unsafe curlshim_set_string(easy.pointer, CURLOPT_CAPATH, nil))
        }
        steps += callbacks() + payload(request)
        return steps.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func callbacks() -> [CURLcode] {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return unsafe [
            curlshim_set_write(easy.pointer, received, context),
            curlshim_set_header(easy.pointer, receivedHeader, context),
            curlshim_set_opensocket(easy.pointer, openSocket, context),
        ]
    }

    private func payload(_ request: Client.Request) -> [CURLcode] {
        if request.method == .head { return [easy.set(CURLOPT_NOBODY, 1)] }
        guard !request.body.isEmpty || [.post, .put, .patch].contains(request.method) else { return [] }
        let size = unsafe curlshim_set_size(easy.pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
        let bytes = unsafe request.body.withUnsafeBytes { bytes in
            // Copied: the array's address is only good in here. An empty one has none, and then libcurl would read stdin.
            guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else {
                return easy.set(CURLOPT_COPYPOSTFIELDS, "")
            }
            return unsafe curlshim_set_pointer(
                easy.pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
        }
        return [size, bytes]
    }

    /// Whether some of the request has gone out.
    var wasSent: Bool { easy.number(CURLINFO_REQUEST_SIZE) > 0 }

    func result(_ code: CURLcode) -> Result<Client.Response, any Error> {
        guard code == CURLE_OK else {
            if isForbidden {
                return .failure(ClientError(.forbiddenAddress, "the address is not a public one", wasSent: false))
            }
            if isTooLarge {
                return .failure(
                    ClientError(.answerTooLarge, "the answer is over the client's limits", wasSent: wasSent))
            }
            return .failure(ClientError(code, wasSent: wasSent))
        }
        let status = easy.number(CURLINFO_RESPONSE_CODE)
        guard (100...599).contains(status) else {
            return .failure(ClientError(.other, "the answer's status is \(status)", wasSent: wasSent))
        }
        return .success(Client.Response(status: Status(status), headers: headers, body: body))
    }

    // MARK: Called by libcurl

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= settings.bodyLimit else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    fileprivate func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= settings.headerLimit else {
            isTooLarge = true
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        // A status line begins the headers anew, after "100 Continue".
        if text.hasPrefix("HTTP/") {
            headers = Fields()
        } else if let colon = text.firstIndex(of: ":") {
            headers.append(String(text[..<colon]), text[text.index(after: colon)...].trimmed)
        }
        return true
    }

    fileprivate func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let allowed = unsafe withUnsafePointer(to: &address.pointee.addr) { unsafe settings.addresses.allows($0) }
        guard allowed else {
            isForbidden = true
            return -1  // CURL_SOCKET_BAD
        }
        return unsafe socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let isBlank = { (c: Character) in c == " " || c == "\t" || c.isNewline }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}

extension Duration {
    /// libcurl takes 0 for no limit.
    fileprivate var atLeastOneMillisecond: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context = unsafe context else { preconditionFailure("libcurl passes what it was given") }
    return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

/// Any number but the full one makes libcurl end the transfer; `size * count` may be 0.
private func received(data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?)
    -> Int
{
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
    return unsafe transfer(context).take(bytes) ? size * count : -1
}

private func receivedHeader(
    data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
    return unsafe transfer(context).takeHeader(bytes) ? size * count : -1
}

private func openSocket(
    context: UnsafeMutableRawPointer?, purpose: curlsocktype, address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address = unsafe address else { return -1 }
    return unsafe transfer(context).open(address)
}
