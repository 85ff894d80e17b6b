extension Route {
    /// Pages under `/problems/{slug}` that say what each kind of problem means, so that a problem's `type` leads somewhere.
    ///
    /// - Parameter types: those of the service; the server's own are always among them.
    /// - Precondition: no two of them have the same slug.
    public static func problems(_ types: [ProblemType] = []) -> Route {
        let bySlug = Dictionary((ProblemType.catalogue + types).map { ($0.slug, $0) }) { first, _ in
            preconditionFailure("two problem types are called \(first.slug): rename one")
        }
        return Route(.get, "/problems/{slug}") { context in
            guard let type = bySlug[context.parameter("slug")] else {
                throw Problem(.notFound, detail: "There is no such kind of problem.")
            }
            return .text(.ok, "\(type.title)\n\nStatus \(type.status) \(type.status.phrase).\n\(type.meaning)\n")
        }
    }
}
