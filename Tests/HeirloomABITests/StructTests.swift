import HeirloomABI
import Testing

/// Sizes of what the kernel reads and writes in guest memory (gcc -m32) and of the host's counterparts.
@Suite struct StructTests {
  static let rows: [(name: String, size: Int, expected: Int)] = [
    ("struct stat64", MemoryLayout<Stat64>.size, 96),
    ("struct stat", MemoryLayout<Stat32>.size, 64),
    ("host stat", MemoryLayout<HostStat>.size, 144),
    ("struct statfs", MemoryLayout<Statfs32>.size, 64),
    ("struct statfs64", MemoryLayout<Statfs64>.size, 84),
    ("host statfs", MemoryLayout<HostStatfs>.size, 120),
    ("struct flock", MemoryLayout<Lock32>.size, 16),
    ("struct flock64", MemoryLayout<Lock64>.size, 24),
    ("host flock", MemoryLayout<HostLock>.size, 32),
    ("struct rusage", MemoryLayout<Rusage32>.size, 72),
    ("host rusage", MemoryLayout<HostRusage>.size, 144),
    ("struct sysinfo", MemoryLayout<Sysinfo32>.size, 64),
    ("host sysinfo", MemoryLayout<HostSysinfo>.size, 112),
    ("struct itimerspec", MemoryLayout<TimerSpec32>.size, 16),
    ("host itimerspec", MemoryLayout<HostTimerSpec>.size, 32),
    ("struct tms", MemoryLayout<Tms32>.size, 16),
    ("struct msghdr", MemoryLayout<Message32>.size, 28),
    ("host msghdr", MemoryLayout<HostMessage>.size, 56),
    ("struct cmsghdr", MemoryLayout<Control32>.size, 12),
    ("host cmsghdr", MemoryLayout<HostControl>.size, 16),
    ("struct open_how", MemoryLayout<OpenHow>.size, 24),
  ]

  @Test(arguments: rows) func hasItsSize(_ row: (name: String, size: Int, expected: Int)) {
    #expect(row.size == row.expected, "\(row.name)")
  }
}
