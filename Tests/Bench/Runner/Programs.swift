import Glibc

/// The second part of `Compute`: Debian's busybox, bash and perl at work.
struct Programs {
  let setting: Setting
  private let rounds: Int
  var steps: Int { rounds * rows.count * 2 }

  private struct Row {
    let name: String
    let words: [String]
    var native = Samples(), heirloom = Samples()
  }
  private var rows: [Row] = []
  private var text: String { "\(setting.build)/bench/text" }
  /// A quarter of it, for slower programs.
  private var part: String { text + ".part" }

  init(_ setting: Setting, rounds: Int) {
    self.setting = setting
    self.rounds = rounds
    let busybox = setting.busybox
    rows = [
      Row(name: "busybox gzip", words: [busybox, "gzip", "-c", text]),
      Row(name: "busybox bzip2", words: [busybox, "bzip2", "-c", part]),
      Row(name: "busybox bunzip2", words: [busybox, "bunzip2", "-c", "\(text).bz2"]),
      Row(name: "busybox sort", words: [busybox, "sort", text]),
      Row(name: "busybox awk", words: [busybox, "awk", Self.awk, part]),
      Row(name: "busybox grep", words: [busybox, "grep", "-c", "-E", "(an|on)[a-z]* .*[k-p]{3}[aeiou] .*t", text]),
      Row(name: "busybox sed", words: [busybox, "sed", "-E", "s/([a-m]+) ([n-z]+)/\\2 \\1/g; s/o/0/g", part]),
      Row(name: "bash", words: debian("bin/bash") + ["-c", Self.bash]),
      Row(name: "perl", words: debian("usr/bin/perl") + ["-e", Self.perl]),
    ]
  }

  private static let awk = "{ count[$2]++; for (i = 1; i <= NF; i++) total += length($i) } END { for (k in count) n += count[k]; print n, total }"
  private static let bash = """
    declare -A seen; s=0; w=abc
    for ((i = 0; i < 60000; i++)); do ((s = (s * 31 + i) % 65521)); w=${w:1}${s: -1}; [[ $w == 1?* ]] && seen[$w]=$i; done
    echo $s $w ${#seen[@]}
    """
  private static let perl = """
    my ($s, $w, %n) = (1, "");
    for my $i (1 .. 700000) { $s = ($s * 69069 + $i) % 4294967291; $n{$s % 5000}++; $w = sprintf("%x", $s) if $i % 10 == 0; $s++ if $w =~ /a.?[0-9]b/ }
    print "$s $w ", scalar(keys %n), "\\n";
    """

  /// A program of the Debian tree, with the tree's own loader and libraries.
  private func debian(_ program: String) -> [String] {
    let root = "\(setting.build)/i386root"
    let libraries = "\(root)/lib/i386-linux-gnu:\(root)/usr/lib/i386-linux-gnu"
    return ["\(root)/lib/ld-linux.so.2", "--library-path", libraries, "\(root)/\(program)"]
  }

  /// - Returns: each row's name and ratio.
  func measure(into report: inout Report) -> [(name: String, ratio: Double)] {
    prepare()
    var rows = rows
    for round in 1...rounds {
      for index in rows.indices {
        let (name, words) = (rows[index].name, rows[index].words)
        var native = Command.Result(), heirloom = native
        inTurns(round) {
          setting.progress.step("\(name), native")
          native = Command(words: words).run()
        } _: {
          setting.progress.step("\(name), heirloom")
          heirloom = setting.guest(words).run()
        }
        guard native.exitCode == 0, heirloom.exitCode == 0, native.output == heirloom.output else {
          fail("\(name): exit \(heirloom.exitCode), natively \(native.exitCode), or another output")
        }
        rows[index].native.add(native.cpu)
        rows[index].heirloom.add(heirloom.cpu)
      }
    }
    report.line("Debian's own programs, from start to exit; what they print is compared.")
    report.line()
    let ratios = rows.map { $0.heirloom.over($0.native) }
    report.table(
      ["", "ratio", "range", "native ms"],
      zip(rows, ratios).map { [$0.name, $1.median.text(2), $1.range(2), $0.native.median.text(0)] })
    return zip(rows, ratios).map { ($0.name, $1.median) }
  }

  /// Writes the text that the programs work on: words without sense, the same on every machine.
  private func prepare() {
    let syllables = ["ka", "ton", "re", "li", "mo", "sten", "an", "o", "pri", "be", "qua", "nd", "el", "us", "ing", "ver"]
    var seed: UInt32 = 1
    func next(_ limit: UInt32) -> Int {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return Int((seed >> 8) % limit)
    }
    var lines = ""
    for count in 1...200_000 {
      for word in 0..<(4 + next(8)) {
        if word > 0 { lines += " " }
        for _ in 0..<(1 + next(4)) { lines += syllables[next(16)] }
      }
      lines += "\n"
      if count == 50_000 { Report.write(lines, to: part) }
    }
    Report.write(lines, to: text)
    _ = Command(setting.busybox, "sh", "-c", "\(setting.busybox) bzip2 -c \(text) > \(text).bz2").output()
  }
}
