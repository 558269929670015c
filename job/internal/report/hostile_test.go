package report

func hostileWeek() Week { return sampleWeek(1, 1) }
