module interleaver.dev/bench

go 1.25
