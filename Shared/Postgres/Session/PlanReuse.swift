/// Whether a prepared statement is planned anew each time that it is run.
public enum PlanReuse: String, Sendable {
    /// As the server thinks best: for statements whose right plan depends on their values, such as what lies in a unit, which may
    /// be a stairwell or the city. It compares what plans are said to cost, and often plans each time for a gain that is none.
    case weighed = "auto"
    /// Once: for statements that look up rows by key, whose plan is the same whatever the keys are. Planning them takes about as
    /// long as running them.
    case kept = "force_generic_plan"
}

extension Session {
    /// Says how often statements are planned from here on. It costs a round trip where it is another way than before.
    mutating func use(_ plans: PlanReuse) throws(PostgresError) {
        if plans == self.plans { return }
        try execute("set plan_cache_mode = \(plans.rawValue)")
        self.plans = plans
    }
}
