public import FoundationEssentials
import HTTPMessages

extension RequestContext {
    /// The body, decoded.
    ///
    /// - Throws: `Problem`: 415 unless the content type is JSON, 400 for what is not UTF-8, not JSON or nested too deep,
    ///   422 with a pointer for what is missing or of the wrong type or value.
    public func decodeJSON<T: Decodable>(
        _ type: T.Type = T.self, using decoder: JSONDecoder = JSON.decoder
    ) throws(Problem) -> T {
        try requireJSON()
        do {
            try JSONCheck.run(request.body, depth: limits.depth)
            return try decoder.decode(type, from: Data(request.body))
        } catch let problem as Problem {
            throw problem
        } catch let error as DecodingError {
            throw Problem(error)
        } catch {
            throw Problem(.invalidValue, detail: "The body could not be decoded.")
        }
    }

    private func requireJSON() throws(Problem) {
        let type = header("Content-Type") ?? ""
        let essence = type.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
        guard essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json")) else {
            throw Problem(
                .unsupportedMediaType, detail: "Content-Type must be application/json.",
                headers: ["Accept": "application/json"])
        }
    }
}
