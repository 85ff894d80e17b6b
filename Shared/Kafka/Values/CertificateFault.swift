/// Why a broker's certificate was not believed. librdkafka has one sentence for all of these; they are mended differently.
public enum CertificateFault: Sendable, Hashable {
    /// No authority that we trust has signed it.
    case unknownAuthority
    /// It was made out to another name or address than the one that we connect to.
    case otherName
    case expired
    case notYetValid
    /// OpenSSL's number, as `openssl-verification-options` lists them.
    case other(Int32)

    /// - Parameter code: `X509_V_ERR_…` of <openssl/x509_vfy.h>, whose numbers never change.
    init(_ code: Int32) {
        self =
            switch code {
            case 2, 18, 19, 20, 21, 24, 27: .unknownAuthority
            case 62, 64: .otherName
            case 10: .expired
            case 9: .notYetValid
            default: .other(code)
            }
    }
}

extension CertificateFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownAuthority: "no authority that we trust has signed the certificate"
        case .otherName: "the certificate bears another name"
        case .expired: "the certificate has run out"
        case .notYetValid: "the certificate is not valid yet"
        case .other(let code): "the certificate is not valid (error \(code) of OpenSSL's verification)"
        }
    }
}
