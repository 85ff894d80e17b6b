import Contracts
import FoundationEssentials
import ServiceKit
import Threads

extension Service<DispatchHandler> {
    /// Findings and complaints in, cases out; deadlines, climbing, whistles.
    ///
    /// - Throws: `ConfigurationError` or `FaultyData`, with all that is wrong.
    static func dispatch(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Service {
        var policy = try CasePolicy.shipped()
        try policy.calendar.add(filesOf: environment)
        let rules = try RuleBook.load(environment, beside: policy.triage)
        policy.triage = rules.rules(at: MachineClock.now(), policy.calendar)
        let handler = DispatchHandler(policy: policy, rules: rules)
        let bell = Bell()
        let feed = Lock<Feed<CaseNews>?>(nil)
        return Service(
            .dispatch, handler: handler, sources: DispatchCommand.sources,
            timer: DispatchCommand.due,
            routes: { context in
                let changes = Feed<CaseNews>(context.pool, CaseFeed.source, changes: bell)
                feed.withLock { $0 = changes }
                return DispatchRoutes(context: context, changes: changes).all
            },
            tasks: [
                { context in await feed.withLock { $0 }?.run(context.log) },
                { context in await PolicyWatch(context: context).run() },
                { context in handler.lateness.register(in: context.metrics) },
            ], changed: { bell.ring() })
    }
}
