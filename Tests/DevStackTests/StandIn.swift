/// Programs in place of ours. In Perl, which every Debian has.
enum StandIn {
    /// Answers every request with 200, or ends at once if it is the one that `UNWELL` names.
    static let service = """
        #!/usr/bin/perl
        use strict; use IO::Socket::INET;
        if (($ENV{UNWELL} // '') ne '' && $0 =~ /\\Q$ENV{UNWELL}\\E$/) { print "the configuration is wrong\\n"; exit 78 }
        my $server = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $ENV{MUSTER_HTTP_PORT}, Listen => 16, ReuseAddr => 1) or die $!;
        while (my $client = $server->accept) {
            while (<$client>) { last if /^\\r\\n$/ }
            print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n";
            close $client;
        }
        """

    /// `day` ends as `DAY` says, or never if it says so; `broker` listens as the embedded one does.
    static let muster = """
        #!/usr/bin/env bash
        set -euo pipefail
        case "$1 ${2-}" in
            "token keys") mkdir -p "$4" && echo '{}' >"$4/jwks.json" ;;
            "token issue") echo "token-of-$6" ;;
            "broker "*) exec perl -MIO::Socket::INET -e '
                $| = 1; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 16) or die;
                print "127.0.0.1:", $s->sockport, "\\n"; $s->accept while 1;' ;;
            "day "*) echo "a day" >&2; [[ ${DAY-} != never ]] || exec tail -f /dev/null; exit "${DAY-0}" ;;
        esac
        """
}
