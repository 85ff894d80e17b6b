public import Postgres

extension Request {
    /// In front of a pipeline whose commit need not reach the disk: whoever waits for its locks waits for less.
    ///
    /// Right only where a server that dies before it does harms nobody; say why at each use.
    public static var unhurried: Request {
        Request(
            Statement("commit_unhurried", "select set_config('synchronous_commit', 'off', true)"), Parameters())
    }
}
