import CCurl
import CCurlShims

/// libcurl's handle of one transfer. Not Sendable: it lives on the client's thread.
final class EasyHandle {
    let address: UInt

    init?() {
        guard let easy = unsafe curl_easy_init() else { return nil }
        address = UInt(bitPattern: easy)
    }

    deinit { unsafe curl_easy_cleanup(pointer) }

    /// A `CURL *` is a `void *`, so the compiler cannot tell it from a `CURLM *`.
    var pointer: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: address) }

    /// Options back to their defaults; connections are kept.
    func reset() { unsafe curl_easy_reset(pointer) }

    func set(_ option: CURLoption, _ value: Int) -> CURLcode { unsafe curlshim_set_long(pointer, option, value) }

    func set(_ option: CURLoption, _ value: String) -> CURLcode { unsafe curlshim_set_string(pointer, option, value) }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        _ = unsafe curlshim_get_long(pointer, info, &value)
        return value
    }
}
