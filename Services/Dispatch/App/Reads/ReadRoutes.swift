import ServiceKit

/// Everything that people look at, beside a case by itself.
struct ReadRoutes: Sendable {
    let context: ServiceContext<DispatchHandler>
    let changes: Feed<CaseNews>

    var all: [Endpoint] {
        MyList(context: context).endpoints + CaseList(context: context).endpoints
            + WhistleList(context: context).endpoints
            + Dossier(context: context).endpoints + AlikeCases(context: context).endpoints
            + CaseCounts(context: context).endpoints
            + CaseSearch(context: context).endpoints + CaseExport(context: context).endpoints
            + CaseFeed(context: context, feed: changes).endpoints
    }
}
