print(try! NoticePolicy.standard().rules.rules.count)
