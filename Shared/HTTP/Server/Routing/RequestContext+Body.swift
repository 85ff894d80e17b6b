extension RequestContext {
    /// The body, decoded from JSON within the route's limits.
    ///
    /// - Throws: `Problem`: 415 unless the content type is JSON, else as `JSON.decode`.
    public func decodeJSON<T: Decodable>(_ type: T.Type = T.self) throws(Problem) -> T {
        let essence = mediaType
        guard essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json")) else {
            throw unsupportedMediaType("application/json")
        }
        try refuseContentCoding()
        return try JSON.decode(type, from: request.body, depth: limits.depth)
    }

    /// The body of a form, read like a query.
    ///
    /// - Throws: `Problem`: 415 unless the content type is `application/x-www-form-urlencoded`, 400 when it is malformed.
    public func decodeForm() throws(Problem) -> Query {
        let expected = "application/x-www-form-urlencoded"
        guard mediaType == expected else { throw unsupportedMediaType(expected) }
        try refuseContentCoding()
        guard let form = Query(request.body) else {
            throw Problem(.malformedForm, detail: "An escape is incomplete, stands for NUL, or a text is not UTF-8.")
        }
        return form
    }

    /// Of the body, in lower case and without parameters.
    var mediaType: String {
        let value = header("Content-Type") ?? ""
        return value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// Nothing is unpacked here: a few bytes may stand for very many.
    private func refuseContentCoding() throws(Problem) {
        guard let coding = header("Content-Encoding"), coding.lowercased() != "identity" else { return }
        throw Problem(
            .unsupportedMediaType, detail: "Content-Encoding must be left out: send the body as it is.",
            headers: ["Accept-Encoding": "identity"])
    }

    func unsupportedMediaType(_ expected: String) -> Problem {
        let found = header("Content-Type") == nil ? "missing" : "another"
        return Problem(
            .unsupportedMediaType, detail: "Content-Type must be \(expected); it is \(found).",
            headers: ["Accept": expected])
    }
}
