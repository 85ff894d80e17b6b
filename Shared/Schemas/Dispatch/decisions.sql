-- What waits for a decision of a unit: a whistle to be approved, and more time that was asked for.
create index matter_whistle_asked on matter ((state #>> '{whistleAsked,approver}'))
    where state ? 'whistleAsked' and status in ('assigned', 'accepted', 'in-hand');
create index matter_extension_asked on matter ((state #>> '{extended,approver}'))
    where state ? 'extended' and not (state -> 'extended') ? 'granted' and status in ('assigned', 'accepted', 'in-hand');
