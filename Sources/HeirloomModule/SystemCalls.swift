// The kernel's system calls with their types. Written by `make sdk-sources` from the rows in
// Sources/HeirloomKernel/Calls/Rows.swift; do not edit. Their code goes into the module that uses them.

/// Handlers of the kernel's calls, for `SyscallTable.register`.
extension Override {
  @_alwaysEmitIntoClient public static func restart_syscall(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(0, handler)
  }
  @_alwaysEmitIntoClient public static func exit(_ handler: @escaping (_ status: Int32) throws(Errno) -> Int) -> Override {
    Override(1, handler)
  }
  @_alwaysEmitIntoClient public static func fork(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(2, handler)
  }
  @_alwaysEmitIntoClient public static func read(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(3, handler)
  }
  @_alwaysEmitIntoClient public static func write(_ handler: @escaping (_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(4, handler)
  }
  @_alwaysEmitIntoClient public static func open(_ handler: @escaping (_ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(5, handler)
  }
  @_alwaysEmitIntoClient public static func close(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(6, handler)
  }
  @_alwaysEmitIntoClient public static func waitpid(_ handler: @escaping (_ pid: Int32, _ status: UserMemory, _ options: UInt32) throws(Errno) -> Int) -> Override {
    Override(7, handler)
  }
  @_alwaysEmitIntoClient public static func creat(_ handler: @escaping (_ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(8, handler)
  }
  @_alwaysEmitIntoClient public static func link(_ handler: @escaping (_ oldPath: UserString, _ newPath: UserString) throws(Errno) -> Int) -> Override {
    Override(9, handler)
  }
  @_alwaysEmitIntoClient public static func unlink(_ handler: @escaping (_ path: UserString) throws(Errno) -> Int) -> Override {
    Override(10, handler)
  }
  @_alwaysEmitIntoClient public static func execve(_ handler: @escaping (_ path: UserString, _ arguments: UserMemory, _ environment: UserMemory) throws(Errno) -> Int) -> Override {
    Override(11, handler)
  }
  @_alwaysEmitIntoClient public static func chdir(_ handler: @escaping (_ path: UserString) throws(Errno) -> Int) -> Override {
    Override(12, handler)
  }
  @_alwaysEmitIntoClient public static func time(_ handler: @escaping (_ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(13, handler)
  }
  @_alwaysEmitIntoClient public static func mknod(_ handler: @escaping (_ path: UserString, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Int) -> Override {
    Override(14, handler)
  }
  @_alwaysEmitIntoClient public static func chmod(_ handler: @escaping (_ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(15, handler)
  }
  @_alwaysEmitIntoClient public static func lchown(_ handler: @escaping (_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(16, handler)
  }
  @_alwaysEmitIntoClient public static func lseek(_ handler: @escaping (_ fd: Int32, _ offset: Int32, _ whence: UInt32) throws(Errno) -> Int) -> Override {
    Override(19, handler)
  }
  @_alwaysEmitIntoClient public static func getpid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(20, handler)
  }
  @_alwaysEmitIntoClient public static func setuid(_ handler: @escaping (_ uid: UInt32) throws(Errno) -> Int) -> Override {
    Override(23, handler)
  }
  @_alwaysEmitIntoClient public static func getuid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(24, handler)
  }
  @_alwaysEmitIntoClient public static func stime(_ handler: @escaping (_ time: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(25, handler)
  }
  @_alwaysEmitIntoClient public static func alarm(_ handler: @escaping (_ seconds: UInt32) throws(Errno) -> Int) -> Override {
    Override(27, handler)
  }
  @_alwaysEmitIntoClient public static func pause(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(29, handler)
  }
  @_alwaysEmitIntoClient public static func utime(_ handler: @escaping (_ path: UserString, _ times: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(30, handler)
  }
  @_alwaysEmitIntoClient public static func access(_ handler: @escaping (_ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(33, handler)
  }
  @_alwaysEmitIntoClient public static func nice(_ handler: @escaping (_ increment: Int32) throws(Errno) -> Int) -> Override {
    Override(34, handler)
  }
  @_alwaysEmitIntoClient public static func sync(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(36, handler)
  }
  @_alwaysEmitIntoClient public static func kill(_ handler: @escaping (_ pid: Int32, _ signal: Int32) throws(Errno) -> Int) -> Override {
    Override(37, handler)
  }
  @_alwaysEmitIntoClient public static func rename(_ handler: @escaping (_ oldPath: UserString, _ newPath: UserString) throws(Errno) -> Int) -> Override {
    Override(38, handler)
  }
  @_alwaysEmitIntoClient public static func mkdir(_ handler: @escaping (_ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(39, handler)
  }
  @_alwaysEmitIntoClient public static func rmdir(_ handler: @escaping (_ path: UserString) throws(Errno) -> Int) -> Override {
    Override(40, handler)
  }
  @_alwaysEmitIntoClient public static func dup(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(41, handler)
  }
  @_alwaysEmitIntoClient public static func pipe(_ handler: @escaping (_ fds: UserMemory) throws(Errno) -> Int) -> Override {
    Override(42, handler)
  }
  @_alwaysEmitIntoClient public static func times(_ handler: @escaping (_ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(43, handler)
  }
  @_alwaysEmitIntoClient public static func brk(_ handler: @escaping (_ end: UserMemory) throws(Errno) -> Int) -> Override {
    Override(45, handler)
  }
  @_alwaysEmitIntoClient public static func setgid(_ handler: @escaping (_ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(46, handler)
  }
  @_alwaysEmitIntoClient public static func getgid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(47, handler)
  }
  @_alwaysEmitIntoClient public static func signal(_ handler: @escaping (_ signal: Int32, _ handler: UserMemory) throws(Errno) -> Int) -> Override {
    Override(48, handler)
  }
  @_alwaysEmitIntoClient public static func geteuid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(49, handler)
  }
  @_alwaysEmitIntoClient public static func getegid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(50, handler)
  }
  @_alwaysEmitIntoClient public static func ioctl(_ handler: @escaping (_ fd: Int32, _ request: UInt32, _ argument: UserMemory) throws(Errno) -> Int) -> Override {
    Override(54, handler)
  }
  @_alwaysEmitIntoClient public static func fcntl(_ handler: @escaping (_ fd: Int32, _ command: Int32, _ argument: UserMemory) throws(Errno) -> Int) -> Override {
    Override(55, handler)
  }
  @_alwaysEmitIntoClient public static func setpgid(_ handler: @escaping (_ pid: Int32, _ group: Int32) throws(Errno) -> Int) -> Override {
    Override(57, handler)
  }
  @_alwaysEmitIntoClient public static func umask(_ handler: @escaping (_ mask: UInt32) throws(Errno) -> Int) -> Override {
    Override(60, handler)
  }
  @_alwaysEmitIntoClient public static func chroot(_ handler: @escaping (_ path: UserString) throws(Errno) -> Int) -> Override {
    Override(61, handler)
  }
  @_alwaysEmitIntoClient public static func dup2(_ handler: @escaping (_ fd: Int32, _ newFd: Int32) throws(Errno) -> Int) -> Override {
    Override(63, handler)
  }
  @_alwaysEmitIntoClient public static func getppid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(64, handler)
  }
  @_alwaysEmitIntoClient public static func getpgrp(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(65, handler)
  }
  @_alwaysEmitIntoClient public static func setsid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(66, handler)
  }
  @_alwaysEmitIntoClient public static func sigaction(_ handler: @escaping (_ signal: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(67, handler)
  }
  @_alwaysEmitIntoClient public static func setreuid(_ handler: @escaping (_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int) -> Override {
    Override(70, handler)
  }
  @_alwaysEmitIntoClient public static func setregid(_ handler: @escaping (_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int) -> Override {
    Override(71, handler)
  }
  @_alwaysEmitIntoClient public static func sigsuspend(_ handler: @escaping (_ unused: UInt32, _ unused2: UInt32, _ mask: UInt32) throws(Errno) -> Int) -> Override {
    Override(72, handler)
  }
  @_alwaysEmitIntoClient public static func sigpending(_ handler: @escaping (_ set: UserMemory) throws(Errno) -> Int) -> Override {
    Override(73, handler)
  }
  @_alwaysEmitIntoClient public static func sethostname(_ handler: @escaping (_ name: UserBuffer, _ size: Int32) throws(Errno) -> Int) -> Override {
    Override(74, handler)
  }
  @_alwaysEmitIntoClient public static func setrlimit(_ handler: @escaping (_ resource: UInt32, _ limit: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(75, handler)
  }
  @_alwaysEmitIntoClient public static func getrlimit(_ handler: @escaping (_ resource: UInt32, _ limit: UserMemory) throws(Errno) -> Int) -> Override {
    Override(76, handler)
  }
  @_alwaysEmitIntoClient public static func getrusage(_ handler: @escaping (_ who: Int32, _ usage: UserMemory) throws(Errno) -> Int) -> Override {
    Override(77, handler)
  }
  @_alwaysEmitIntoClient public static func gettimeofday(_ handler: @escaping (_ time: UserMemory, _ zone: UserMemory) throws(Errno) -> Int) -> Override {
    Override(78, handler)
  }
  @_alwaysEmitIntoClient public static func settimeofday(_ handler: @escaping (_ time: UserBuffer, _ zone: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(79, handler)
  }
  @_alwaysEmitIntoClient public static func getgroups(_ handler: @escaping (_ count: Int32, _ list: UserMemory) throws(Errno) -> Int) -> Override {
    Override(80, handler)
  }
  @_alwaysEmitIntoClient public static func setgroups(_ handler: @escaping (_ count: UInt32, _ list: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(81, handler)
  }
  @_alwaysEmitIntoClient public static func select(_ handler: @escaping (_ arguments: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(82, handler)
  }
  @_alwaysEmitIntoClient public static func symlink(_ handler: @escaping (_ target: UserString, _ path: UserString) throws(Errno) -> Int) -> Override {
    Override(83, handler)
  }
  @_alwaysEmitIntoClient public static func readlink(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(85, handler)
  }
  @_alwaysEmitIntoClient public static func mmap(_ handler: @escaping (_ arguments: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(90, handler)
  }
  @_alwaysEmitIntoClient public static func munmap(_ handler: @escaping (_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int) -> Override {
    Override(91, handler)
  }
  @_alwaysEmitIntoClient public static func truncate(_ handler: @escaping (_ path: UserString, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(92, handler)
  }
  @_alwaysEmitIntoClient public static func ftruncate(_ handler: @escaping (_ fd: Int32, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(93, handler)
  }
  @_alwaysEmitIntoClient public static func fchmod(_ handler: @escaping (_ fd: Int32, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(94, handler)
  }
  @_alwaysEmitIntoClient public static func fchown(_ handler: @escaping (_ fd: Int32, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(95, handler)
  }
  @_alwaysEmitIntoClient public static func getpriority(_ handler: @escaping (_ which: Int32, _ who: Int32) throws(Errno) -> Int) -> Override {
    Override(96, handler)
  }
  @_alwaysEmitIntoClient public static func setpriority(_ handler: @escaping (_ which: Int32, _ who: Int32, _ value: Int32) throws(Errno) -> Int) -> Override {
    Override(97, handler)
  }
  @_alwaysEmitIntoClient public static func statfs(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(99, handler)
  }
  @_alwaysEmitIntoClient public static func fstatfs(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(100, handler)
  }
  @_alwaysEmitIntoClient public static func socketcall(_ handler: @escaping (_ which: Int32, _ arguments: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(102, handler)
  }
  @_alwaysEmitIntoClient public static func setitimer(_ handler: @escaping (_ which: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(104, handler)
  }
  @_alwaysEmitIntoClient public static func getitimer(_ handler: @escaping (_ which: Int32, _ value: UserMemory) throws(Errno) -> Int) -> Override {
    Override(105, handler)
  }
  @_alwaysEmitIntoClient public static func stat(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(106, handler)
  }
  @_alwaysEmitIntoClient public static func lstat(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(107, handler)
  }
  @_alwaysEmitIntoClient public static func fstat(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(108, handler)
  }
  @_alwaysEmitIntoClient public static func wait4(_ handler: @escaping (_ pid: Int32, _ status: UserMemory, _ options: UInt32, _ usage: UserMemory) throws(Errno) -> Int) -> Override {
    Override(114, handler)
  }
  @_alwaysEmitIntoClient public static func sysinfo(_ handler: @escaping (_ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(116, handler)
  }
  @_alwaysEmitIntoClient public static func fsync(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(118, handler)
  }
  @_alwaysEmitIntoClient public static func sigreturn(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(119, handler)
  }
  @_alwaysEmitIntoClient public static func clone(_ handler: @escaping (_ flags: UInt32, _ stack: UserMemory, _ parentTid: UserMemory, _ tls: UserMemory, _ childTid: UserMemory) throws(Errno) -> Int) -> Override {
    Override(120, handler)
  }
  @_alwaysEmitIntoClient public static func setdomainname(_ handler: @escaping (_ name: UserBuffer, _ size: Int32) throws(Errno) -> Int) -> Override {
    Override(121, handler)
  }
  @_alwaysEmitIntoClient public static func uname(_ handler: @escaping (_ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(122, handler)
  }
  @_alwaysEmitIntoClient public static func mprotect(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ protection: UInt32) throws(Errno) -> Int) -> Override {
    Override(125, handler)
  }
  @_alwaysEmitIntoClient public static func sigprocmask(_ handler: @escaping (_ how: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(126, handler)
  }
  @_alwaysEmitIntoClient public static func init_module(_ handler: @escaping (_ image: UserBuffer, _ length: UInt32, _ parameters: UserString) throws(Errno) -> Int) -> Override {
    Override(128, handler)
  }
  @_alwaysEmitIntoClient public static func delete_module(_ handler: @escaping (_ name: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(129, handler)
  }
  @_alwaysEmitIntoClient public static func getpgid(_ handler: @escaping (_ pid: Int32) throws(Errno) -> Int) -> Override {
    Override(132, handler)
  }
  @_alwaysEmitIntoClient public static func fchdir(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(133, handler)
  }
  @_alwaysEmitIntoClient public static func personality(_ handler: @escaping (_ personality: UInt32) throws(Errno) -> Int) -> Override {
    Override(136, handler)
  }
  @_alwaysEmitIntoClient public static func setfsuid(_ handler: @escaping (_ uid: UInt32) throws(Errno) -> Int) -> Override {
    Override(138, handler)
  }
  @_alwaysEmitIntoClient public static func setfsgid(_ handler: @escaping (_ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(139, handler)
  }
  @_alwaysEmitIntoClient public static func _llseek(_ handler: @escaping (_ fd: Int32, _ high: UInt32, _ low: UInt32, _ result: UserMemory, _ whence: UInt32) throws(Errno) -> Int) -> Override {
    Override(140, handler)
  }
  @_alwaysEmitIntoClient public static func getdents(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(141, handler)
  }
  @_alwaysEmitIntoClient public static func _newselect(_ handler: @escaping (_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory) throws(Errno) -> Int) -> Override {
    Override(142, handler)
  }
  @_alwaysEmitIntoClient public static func flock(_ handler: @escaping (_ fd: Int32, _ operation: Int32) throws(Errno) -> Int) -> Override {
    Override(143, handler)
  }
  @_alwaysEmitIntoClient public static func msync(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(144, handler)
  }
  @_alwaysEmitIntoClient public static func readv(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(145, handler)
  }
  @_alwaysEmitIntoClient public static func writev(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(146, handler)
  }
  @_alwaysEmitIntoClient public static func getsid(_ handler: @escaping (_ pid: Int32) throws(Errno) -> Int) -> Override {
    Override(147, handler)
  }
  @_alwaysEmitIntoClient public static func fdatasync(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(148, handler)
  }
  @_alwaysEmitIntoClient public static func mlock(_ handler: @escaping (_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int) -> Override {
    Override(150, handler)
  }
  @_alwaysEmitIntoClient public static func munlock(_ handler: @escaping (_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int) -> Override {
    Override(151, handler)
  }
  @_alwaysEmitIntoClient public static func mlockall(_ handler: @escaping (_ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(152, handler)
  }
  @_alwaysEmitIntoClient public static func munlockall(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(153, handler)
  }
  @_alwaysEmitIntoClient public static func sched_setparam(_ handler: @escaping (_ pid: Int32, _ parameters: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(154, handler)
  }
  @_alwaysEmitIntoClient public static func sched_getparam(_ handler: @escaping (_ pid: Int32, _ parameters: UserMemory) throws(Errno) -> Int) -> Override {
    Override(155, handler)
  }
  @_alwaysEmitIntoClient public static func sched_setscheduler(_ handler: @escaping (_ pid: Int32, _ policy: Int32, _ parameters: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(156, handler)
  }
  @_alwaysEmitIntoClient public static func sched_getscheduler(_ handler: @escaping (_ pid: Int32) throws(Errno) -> Int) -> Override {
    Override(157, handler)
  }
  @_alwaysEmitIntoClient public static func sched_yield(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(158, handler)
  }
  @_alwaysEmitIntoClient public static func sched_get_priority_max(_ handler: @escaping (_ policy: Int32) throws(Errno) -> Int) -> Override {
    Override(159, handler)
  }
  @_alwaysEmitIntoClient public static func sched_get_priority_min(_ handler: @escaping (_ policy: Int32) throws(Errno) -> Int) -> Override {
    Override(160, handler)
  }
  @_alwaysEmitIntoClient public static func sched_rr_get_interval(_ handler: @escaping (_ pid: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(161, handler)
  }
  @_alwaysEmitIntoClient public static func nanosleep(_ handler: @escaping (_ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int) -> Override {
    Override(162, handler)
  }
  @_alwaysEmitIntoClient public static func mremap(_ handler: @escaping (_ address: UserMemory, _ oldLength: UInt32, _ newLength: UInt32, _ flags: UInt32, _ target: UserMemory) throws(Errno) -> Int) -> Override {
    Override(163, handler)
  }
  @_alwaysEmitIntoClient public static func setresuid(_ handler: @escaping (_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int) -> Override {
    Override(164, handler)
  }
  @_alwaysEmitIntoClient public static func getresuid(_ handler: @escaping (_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int) -> Override {
    Override(165, handler)
  }
  @_alwaysEmitIntoClient public static func poll(_ handler: @escaping (_ list: UserMemory, _ count: UInt32, _ milliseconds: Int32) throws(Errno) -> Int) -> Override {
    Override(168, handler)
  }
  @_alwaysEmitIntoClient public static func setresgid(_ handler: @escaping (_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int) -> Override {
    Override(170, handler)
  }
  @_alwaysEmitIntoClient public static func getresgid(_ handler: @escaping (_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int) -> Override {
    Override(171, handler)
  }
  @_alwaysEmitIntoClient public static func prctl(_ handler: @escaping (_ option: Int32, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) throws(Errno) -> Int) -> Override {
    Override(172, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigreturn(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(173, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigaction(_ handler: @escaping (_ signal: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(174, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigprocmask(_ handler: @escaping (_ how: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(175, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigpending(_ handler: @escaping (_ set: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(176, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigtimedwait(_ handler: @escaping (_ set: UserBuffer, _ info: UserMemory, _ timeout: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(177, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigqueueinfo(_ handler: @escaping (_ pid: Int32, _ signal: Int32, _ info: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(178, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigsuspend(_ handler: @escaping (_ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(179, handler)
  }
  @_alwaysEmitIntoClient public static func pread64(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int) -> Override {
    Override(180, handler)
  }
  @_alwaysEmitIntoClient public static func pwrite64(_ handler: @escaping (_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int) -> Override {
    Override(181, handler)
  }
  @_alwaysEmitIntoClient public static func chown(_ handler: @escaping (_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(182, handler)
  }
  @_alwaysEmitIntoClient public static func getcwd(_ handler: @escaping (_ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(183, handler)
  }
  @_alwaysEmitIntoClient public static func capget(_ handler: @escaping (_ header: UserMemory, _ data: UserMemory) throws(Errno) -> Int) -> Override {
    Override(184, handler)
  }
  @_alwaysEmitIntoClient public static func sigaltstack(_ handler: @escaping (_ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(186, handler)
  }
  @_alwaysEmitIntoClient public static func sendfile(_ handler: @escaping (_ outFd: Int32, _ inFd: Int32, _ offset: UserMemory, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(187, handler)
  }
  @_alwaysEmitIntoClient public static func vfork(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(190, handler)
  }
  @_alwaysEmitIntoClient public static func ugetrlimit(_ handler: @escaping (_ resource: UInt32, _ limit: UserMemory) throws(Errno) -> Int) -> Override {
    Override(191, handler)
  }
  @_alwaysEmitIntoClient public static func mmap2(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ protection: UInt32, _ flags: UInt32, _ fd: Int32, _ pageOffset: UInt32) throws(Errno) -> Int) -> Override {
    Override(192, handler)
  }
  @_alwaysEmitIntoClient public static func truncate64(_ handler: @escaping (_ path: UserString, _ length: Int64) throws(Errno) -> Int) -> Override {
    Override(193, handler)
  }
  @_alwaysEmitIntoClient public static func ftruncate64(_ handler: @escaping (_ fd: Int32, _ length: Int64) throws(Errno) -> Int) -> Override {
    Override(194, handler)
  }
  @_alwaysEmitIntoClient public static func stat64(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(195, handler)
  }
  @_alwaysEmitIntoClient public static func lstat64(_ handler: @escaping (_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(196, handler)
  }
  @_alwaysEmitIntoClient public static func fstat64(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(197, handler)
  }
  @_alwaysEmitIntoClient public static func lchown32(_ handler: @escaping (_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(198, handler)
  }
  @_alwaysEmitIntoClient public static func getuid32(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(199, handler)
  }
  @_alwaysEmitIntoClient public static func getgid32(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(200, handler)
  }
  @_alwaysEmitIntoClient public static func geteuid32(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(201, handler)
  }
  @_alwaysEmitIntoClient public static func getegid32(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(202, handler)
  }
  @_alwaysEmitIntoClient public static func setreuid32(_ handler: @escaping (_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int) -> Override {
    Override(203, handler)
  }
  @_alwaysEmitIntoClient public static func setregid32(_ handler: @escaping (_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int) -> Override {
    Override(204, handler)
  }
  @_alwaysEmitIntoClient public static func getgroups32(_ handler: @escaping (_ count: Int32, _ list: UserMemory) throws(Errno) -> Int) -> Override {
    Override(205, handler)
  }
  @_alwaysEmitIntoClient public static func setgroups32(_ handler: @escaping (_ count: UInt32, _ list: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(206, handler)
  }
  @_alwaysEmitIntoClient public static func fchown32(_ handler: @escaping (_ fd: Int32, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(207, handler)
  }
  @_alwaysEmitIntoClient public static func setresuid32(_ handler: @escaping (_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int) -> Override {
    Override(208, handler)
  }
  @_alwaysEmitIntoClient public static func getresuid32(_ handler: @escaping (_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int) -> Override {
    Override(209, handler)
  }
  @_alwaysEmitIntoClient public static func setresgid32(_ handler: @escaping (_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int) -> Override {
    Override(210, handler)
  }
  @_alwaysEmitIntoClient public static func getresgid32(_ handler: @escaping (_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int) -> Override {
    Override(211, handler)
  }
  @_alwaysEmitIntoClient public static func chown32(_ handler: @escaping (_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(212, handler)
  }
  @_alwaysEmitIntoClient public static func setuid32(_ handler: @escaping (_ uid: UInt32) throws(Errno) -> Int) -> Override {
    Override(213, handler)
  }
  @_alwaysEmitIntoClient public static func setgid32(_ handler: @escaping (_ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(214, handler)
  }
  @_alwaysEmitIntoClient public static func setfsuid32(_ handler: @escaping (_ uid: UInt32) throws(Errno) -> Int) -> Override {
    Override(215, handler)
  }
  @_alwaysEmitIntoClient public static func setfsgid32(_ handler: @escaping (_ gid: UInt32) throws(Errno) -> Int) -> Override {
    Override(216, handler)
  }
  @_alwaysEmitIntoClient public static func mincore(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ vector: UserMemory) throws(Errno) -> Int) -> Override {
    Override(218, handler)
  }
  @_alwaysEmitIntoClient public static func madvise(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ advice: Int32) throws(Errno) -> Int) -> Override {
    Override(219, handler)
  }
  @_alwaysEmitIntoClient public static func getdents64(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(220, handler)
  }
  @_alwaysEmitIntoClient public static func fcntl64(_ handler: @escaping (_ fd: Int32, _ command: Int32, _ argument: UserMemory) throws(Errno) -> Int) -> Override {
    Override(221, handler)
  }
  @_alwaysEmitIntoClient public static func gettid(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(224, handler)
  }
  @_alwaysEmitIntoClient public static func readahead(_ handler: @escaping (_ fd: Int32, _ offset: Int64, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(225, handler)
  }
  @_alwaysEmitIntoClient public static func setxattr(_ handler: @escaping (_ path: UserString, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(226, handler)
  }
  @_alwaysEmitIntoClient public static func lsetxattr(_ handler: @escaping (_ path: UserString, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(227, handler)
  }
  @_alwaysEmitIntoClient public static func fsetxattr(_ handler: @escaping (_ fd: Int32, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(228, handler)
  }
  @_alwaysEmitIntoClient public static func getxattr(_ handler: @escaping (_ path: UserString, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(229, handler)
  }
  @_alwaysEmitIntoClient public static func lgetxattr(_ handler: @escaping (_ path: UserString, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(230, handler)
  }
  @_alwaysEmitIntoClient public static func fgetxattr(_ handler: @escaping (_ fd: Int32, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(231, handler)
  }
  @_alwaysEmitIntoClient public static func listxattr(_ handler: @escaping (_ path: UserString, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(232, handler)
  }
  @_alwaysEmitIntoClient public static func llistxattr(_ handler: @escaping (_ path: UserString, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(233, handler)
  }
  @_alwaysEmitIntoClient public static func flistxattr(_ handler: @escaping (_ fd: Int32, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(234, handler)
  }
  @_alwaysEmitIntoClient public static func removexattr(_ handler: @escaping (_ path: UserString, _ name: UserString) throws(Errno) -> Int) -> Override {
    Override(235, handler)
  }
  @_alwaysEmitIntoClient public static func lremovexattr(_ handler: @escaping (_ path: UserString, _ name: UserString) throws(Errno) -> Int) -> Override {
    Override(236, handler)
  }
  @_alwaysEmitIntoClient public static func fremovexattr(_ handler: @escaping (_ fd: Int32, _ name: UserString) throws(Errno) -> Int) -> Override {
    Override(237, handler)
  }
  @_alwaysEmitIntoClient public static func tkill(_ handler: @escaping (_ tid: Int32, _ signal: Int32) throws(Errno) -> Int) -> Override {
    Override(238, handler)
  }
  @_alwaysEmitIntoClient public static func sendfile64(_ handler: @escaping (_ outFd: Int32, _ inFd: Int32, _ offset: UserMemory, _ count: UInt32) throws(Errno) -> Int) -> Override {
    Override(239, handler)
  }
  @_alwaysEmitIntoClient public static func futex(_ handler: @escaping (_ address: UserMemory, _ operation: Int32, _ value: UInt32, _ timeout: UserMemory, _ address2: UserMemory, _ value3: UInt32) throws(Errno) -> Int) -> Override {
    Override(240, handler)
  }
  @_alwaysEmitIntoClient public static func sched_setaffinity(_ handler: @escaping (_ pid: Int32, _ size: UInt32, _ mask: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(241, handler)
  }
  @_alwaysEmitIntoClient public static func sched_getaffinity(_ handler: @escaping (_ pid: Int32, _ size: UInt32, _ mask: UserMemory) throws(Errno) -> Int) -> Override {
    Override(242, handler)
  }
  @_alwaysEmitIntoClient public static func set_thread_area(_ handler: @escaping (_ address: UserMemory) throws(Errno) -> Int) -> Override {
    Override(243, handler)
  }
  @_alwaysEmitIntoClient public static func get_thread_area(_ handler: @escaping (_ address: UserMemory) throws(Errno) -> Int) -> Override {
    Override(244, handler)
  }
  @_alwaysEmitIntoClient public static func fadvise64(_ handler: @escaping (_ fd: Int32, _ offset: Int64, _ length: UInt32, _ advice: Int32) throws(Errno) -> Int) -> Override {
    Override(250, handler)
  }
  @_alwaysEmitIntoClient public static func exit_group(_ handler: @escaping (_ status: Int32) throws(Errno) -> Int) -> Override {
    Override(252, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_create(_ handler: @escaping (_ size: Int32) throws(Errno) -> Int) -> Override {
    Override(254, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_ctl(_ handler: @escaping (_ fd: Int32, _ operation: Int32, _ targetFd: Int32, _ event: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(255, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_wait(_ handler: @escaping (_ fd: Int32, _ events: UserMemory, _ count: Int32, _ milliseconds: Int32) throws(Errno) -> Int) -> Override {
    Override(256, handler)
  }
  @_alwaysEmitIntoClient public static func set_tid_address(_ handler: @escaping (_ address: UserMemory) throws(Errno) -> Int) -> Override {
    Override(258, handler)
  }
  @_alwaysEmitIntoClient public static func timer_create(_ handler: @escaping (_ clock: Int32, _ event: UserBuffer, _ timer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(259, handler)
  }
  @_alwaysEmitIntoClient public static func timer_settime(_ handler: @escaping (_ timer: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(260, handler)
  }
  @_alwaysEmitIntoClient public static func timer_gettime(_ handler: @escaping (_ timer: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(261, handler)
  }
  @_alwaysEmitIntoClient public static func timer_getoverrun(_ handler: @escaping (_ timer: Int32) throws(Errno) -> Int) -> Override {
    Override(262, handler)
  }
  @_alwaysEmitIntoClient public static func timer_delete(_ handler: @escaping (_ timer: Int32) throws(Errno) -> Int) -> Override {
    Override(263, handler)
  }
  @_alwaysEmitIntoClient public static func clock_settime(_ handler: @escaping (_ clock: Int32, _ time: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(264, handler)
  }
  @_alwaysEmitIntoClient public static func clock_gettime(_ handler: @escaping (_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(265, handler)
  }
  @_alwaysEmitIntoClient public static func clock_getres(_ handler: @escaping (_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(266, handler)
  }
  @_alwaysEmitIntoClient public static func clock_nanosleep(_ handler: @escaping (_ clock: Int32, _ flags: UInt32, _ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int) -> Override {
    Override(267, handler)
  }
  @_alwaysEmitIntoClient public static func statfs64(_ handler: @escaping (_ path: UserString, _ size: UInt32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(268, handler)
  }
  @_alwaysEmitIntoClient public static func fstatfs64(_ handler: @escaping (_ fd: Int32, _ size: UInt32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(269, handler)
  }
  @_alwaysEmitIntoClient public static func tgkill(_ handler: @escaping (_ pid: Int32, _ tid: Int32, _ signal: Int32) throws(Errno) -> Int) -> Override {
    Override(270, handler)
  }
  @_alwaysEmitIntoClient public static func utimes(_ handler: @escaping (_ path: UserString, _ times: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(271, handler)
  }
  @_alwaysEmitIntoClient public static func fadvise64_64(_ handler: @escaping (_ fd: Int32, _ offset: Int64, _ length: Int64, _ advice: Int32) throws(Errno) -> Int) -> Override {
    Override(272, handler)
  }
  @_alwaysEmitIntoClient public static func waitid(_ handler: @escaping (_ type: Int32, _ pid: Int32, _ info: UserMemory, _ options: UInt32, _ usage: UserMemory) throws(Errno) -> Int) -> Override {
    Override(284, handler)
  }
  @_alwaysEmitIntoClient public static func inotify_init(_ handler: @escaping () throws(Errno) -> Int) -> Override {
    Override(291, handler)
  }
  @_alwaysEmitIntoClient public static func inotify_add_watch(_ handler: @escaping (_ fd: Int32, _ path: UserString, _ mask: UInt32) throws(Errno) -> Int) -> Override {
    Override(292, handler)
  }
  @_alwaysEmitIntoClient public static func inotify_rm_watch(_ handler: @escaping (_ fd: Int32, _ watch: Int32) throws(Errno) -> Int) -> Override {
    Override(293, handler)
  }
  @_alwaysEmitIntoClient public static func openat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(295, handler)
  }
  @_alwaysEmitIntoClient public static func mkdirat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(296, handler)
  }
  @_alwaysEmitIntoClient public static func mknodat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Int) -> Override {
    Override(297, handler)
  }
  @_alwaysEmitIntoClient public static func fchownat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ uid: UInt32, _ gid: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(298, handler)
  }
  @_alwaysEmitIntoClient public static func futimesat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ times: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(299, handler)
  }
  @_alwaysEmitIntoClient public static func fstatat64(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ buffer: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(300, handler)
  }
  @_alwaysEmitIntoClient public static func unlinkat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(301, handler)
  }
  @_alwaysEmitIntoClient public static func renameat(_ handler: @escaping (_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString) throws(Errno) -> Int) -> Override {
    Override(302, handler)
  }
  @_alwaysEmitIntoClient public static func linkat(_ handler: @escaping (_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(303, handler)
  }
  @_alwaysEmitIntoClient public static func symlinkat(_ handler: @escaping (_ target: UserString, _ directory: Int32, _ path: UserString) throws(Errno) -> Int) -> Override {
    Override(304, handler)
  }
  @_alwaysEmitIntoClient public static func readlinkat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(305, handler)
  }
  @_alwaysEmitIntoClient public static func fchmodat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(306, handler)
  }
  @_alwaysEmitIntoClient public static func faccessat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int) -> Override {
    Override(307, handler)
  }
  @_alwaysEmitIntoClient public static func pselect6(_ handler: @escaping (_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory, _ mask: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(308, handler)
  }
  @_alwaysEmitIntoClient public static func ppoll(_ handler: @escaping (_ list: UserMemory, _ count: UInt32, _ timeout: UserMemory, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(309, handler)
  }
  @_alwaysEmitIntoClient public static func set_robust_list(_ handler: @escaping (_ head: UserMemory, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(311, handler)
  }
  @_alwaysEmitIntoClient public static func get_robust_list(_ handler: @escaping (_ pid: Int32, _ head: UserMemory, _ size: UserMemory) throws(Errno) -> Int) -> Override {
    Override(312, handler)
  }
  @_alwaysEmitIntoClient public static func splice(_ handler: @escaping (_ inFd: Int32, _ inOffset: UserMemory, _ outFd: Int32, _ outOffset: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(313, handler)
  }
  @_alwaysEmitIntoClient public static func sync_file_range(_ handler: @escaping (_ fd: Int32, _ offset: Int64, _ length: Int64, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(314, handler)
  }
  @_alwaysEmitIntoClient public static func tee(_ handler: @escaping (_ inFd: Int32, _ outFd: Int32, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(315, handler)
  }
  @_alwaysEmitIntoClient public static func vmsplice(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(316, handler)
  }
  @_alwaysEmitIntoClient public static func getcpu(_ handler: @escaping (_ cpu: UserMemory, _ node: UserMemory, _ unused: UserMemory) throws(Errno) -> Int) -> Override {
    Override(318, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_pwait(_ handler: @escaping (_ fd: Int32, _ events: UserMemory, _ count: Int32, _ milliseconds: Int32, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(319, handler)
  }
  @_alwaysEmitIntoClient public static func utimensat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ times: UserBuffer, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(320, handler)
  }
  @_alwaysEmitIntoClient public static func timerfd_create(_ handler: @escaping (_ clock: Int32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(322, handler)
  }
  @_alwaysEmitIntoClient public static func eventfd(_ handler: @escaping (_ value: UInt32) throws(Errno) -> Int) -> Override {
    Override(323, handler)
  }
  @_alwaysEmitIntoClient public static func fallocate(_ handler: @escaping (_ fd: Int32, _ mode: UInt32, _ offset: Int64, _ length: Int64) throws(Errno) -> Int) -> Override {
    Override(324, handler)
  }
  @_alwaysEmitIntoClient public static func timerfd_settime(_ handler: @escaping (_ fd: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(325, handler)
  }
  @_alwaysEmitIntoClient public static func timerfd_gettime(_ handler: @escaping (_ fd: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(326, handler)
  }
  @_alwaysEmitIntoClient public static func eventfd2(_ handler: @escaping (_ value: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(328, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_create1(_ handler: @escaping (_ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(329, handler)
  }
  @_alwaysEmitIntoClient public static func dup3(_ handler: @escaping (_ fd: Int32, _ newFd: Int32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(330, handler)
  }
  @_alwaysEmitIntoClient public static func pipe2(_ handler: @escaping (_ fds: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(331, handler)
  }
  @_alwaysEmitIntoClient public static func inotify_init1(_ handler: @escaping (_ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(332, handler)
  }
  @_alwaysEmitIntoClient public static func preadv(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int) -> Override {
    Override(333, handler)
  }
  @_alwaysEmitIntoClient public static func pwritev(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int) -> Override {
    Override(334, handler)
  }
  @_alwaysEmitIntoClient public static func recvmmsg(_ handler: @escaping (_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32, _ timeout: UserMemory) throws(Errno) -> Int) -> Override {
    Override(337, handler)
  }
  @_alwaysEmitIntoClient public static func prlimit64(_ handler: @escaping (_ pid: Int32, _ resource: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(340, handler)
  }
  @_alwaysEmitIntoClient public static func syncfs(_ handler: @escaping (_ fd: Int32) throws(Errno) -> Int) -> Override {
    Override(344, handler)
  }
  @_alwaysEmitIntoClient public static func sendmmsg(_ handler: @escaping (_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(345, handler)
  }
  @_alwaysEmitIntoClient public static func finit_module(_ handler: @escaping (_ fd: Int32, _ parameters: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(350, handler)
  }
  @_alwaysEmitIntoClient public static func renameat2(_ handler: @escaping (_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(353, handler)
  }
  @_alwaysEmitIntoClient public static func getrandom(_ handler: @escaping (_ buffer: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(355, handler)
  }
  @_alwaysEmitIntoClient public static func memfd_create(_ handler: @escaping (_ name: UserString, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(356, handler)
  }
  @_alwaysEmitIntoClient public static func execveat(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ arguments: UserMemory, _ environment: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(358, handler)
  }
  @_alwaysEmitIntoClient public static func socket(_ handler: @escaping (_ family: Int32, _ type: Int32, _ `protocol`: Int32) throws(Errno) -> Int) -> Override {
    Override(359, handler)
  }
  @_alwaysEmitIntoClient public static func socketpair(_ handler: @escaping (_ family: Int32, _ type: Int32, _ `protocol`: Int32, _ fds: UserMemory) throws(Errno) -> Int) -> Override {
    Override(360, handler)
  }
  @_alwaysEmitIntoClient public static func bind(_ handler: @escaping (_ fd: Int32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(361, handler)
  }
  @_alwaysEmitIntoClient public static func connect(_ handler: @escaping (_ fd: Int32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(362, handler)
  }
  @_alwaysEmitIntoClient public static func listen(_ handler: @escaping (_ fd: Int32, _ backlog: Int32) throws(Errno) -> Int) -> Override {
    Override(363, handler)
  }
  @_alwaysEmitIntoClient public static func accept4(_ handler: @escaping (_ fd: Int32, _ address: UserMemory, _ length: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(364, handler)
  }
  @_alwaysEmitIntoClient public static func getsockopt(_ handler: @escaping (_ fd: Int32, _ level: Int32, _ name: Int32, _ value: UserMemory, _ length: UserMemory) throws(Errno) -> Int) -> Override {
    Override(365, handler)
  }
  @_alwaysEmitIntoClient public static func setsockopt(_ handler: @escaping (_ fd: Int32, _ level: Int32, _ name: Int32, _ value: UserBuffer, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(366, handler)
  }
  @_alwaysEmitIntoClient public static func getsockname(_ handler: @escaping (_ fd: Int32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int) -> Override {
    Override(367, handler)
  }
  @_alwaysEmitIntoClient public static func getpeername(_ handler: @escaping (_ fd: Int32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int) -> Override {
    Override(368, handler)
  }
  @_alwaysEmitIntoClient public static func sendto(_ handler: @escaping (_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32, _ flags: UInt32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int) -> Override {
    Override(369, handler)
  }
  @_alwaysEmitIntoClient public static func sendmsg(_ handler: @escaping (_ fd: Int32, _ message: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(370, handler)
  }
  @_alwaysEmitIntoClient public static func recvfrom(_ handler: @escaping (_ fd: Int32, _ buffer: UserMemory, _ count: UInt32, _ flags: UInt32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int) -> Override {
    Override(371, handler)
  }
  @_alwaysEmitIntoClient public static func recvmsg(_ handler: @escaping (_ fd: Int32, _ message: UserMemory, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(372, handler)
  }
  @_alwaysEmitIntoClient public static func shutdown(_ handler: @escaping (_ fd: Int32, _ how: Int32) throws(Errno) -> Int) -> Override {
    Override(373, handler)
  }
  @_alwaysEmitIntoClient public static func membarrier(_ handler: @escaping (_ command: Int32, _ flags: UInt32, _ cpu: Int32) throws(Errno) -> Int) -> Override {
    Override(375, handler)
  }
  @_alwaysEmitIntoClient public static func mlock2(_ handler: @escaping (_ address: UserMemory, _ length: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(376, handler)
  }
  @_alwaysEmitIntoClient public static func copy_file_range(_ handler: @escaping (_ inFd: Int32, _ inOffset: UserMemory, _ outFd: Int32, _ outOffset: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(377, handler)
  }
  @_alwaysEmitIntoClient public static func preadv2(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(378, handler)
  }
  @_alwaysEmitIntoClient public static func pwritev2(_ handler: @escaping (_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(379, handler)
  }
  @_alwaysEmitIntoClient public static func statx(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mask: UInt32, _ buffer: UserMemory) throws(Errno) -> Int) -> Override {
    Override(383, handler)
  }
  @_alwaysEmitIntoClient public static func rseq(_ handler: @escaping (_ area: UserMemory, _ length: UInt32, _ flags: UInt32, _ signature: UInt32) throws(Errno) -> Int) -> Override {
    Override(386, handler)
  }
  @_alwaysEmitIntoClient public static func clock_gettime64(_ handler: @escaping (_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(403, handler)
  }
  @_alwaysEmitIntoClient public static func clock_settime64(_ handler: @escaping (_ clock: Int32, _ time: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(404, handler)
  }
  @_alwaysEmitIntoClient public static func clock_getres_time64(_ handler: @escaping (_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(406, handler)
  }
  @_alwaysEmitIntoClient public static func clock_nanosleep_time64(_ handler: @escaping (_ clock: Int32, _ flags: UInt32, _ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int) -> Override {
    Override(407, handler)
  }
  @_alwaysEmitIntoClient public static func timer_gettime64(_ handler: @escaping (_ timer: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(408, handler)
  }
  @_alwaysEmitIntoClient public static func timer_settime64(_ handler: @escaping (_ timer: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(409, handler)
  }
  @_alwaysEmitIntoClient public static func timerfd_gettime64(_ handler: @escaping (_ fd: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(410, handler)
  }
  @_alwaysEmitIntoClient public static func timerfd_settime64(_ handler: @escaping (_ fd: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int) -> Override {
    Override(411, handler)
  }
  @_alwaysEmitIntoClient public static func utimensat_time64(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ times: UserBuffer, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(412, handler)
  }
  @_alwaysEmitIntoClient public static func pselect6_time64(_ handler: @escaping (_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory, _ mask: UserBuffer) throws(Errno) -> Int) -> Override {
    Override(413, handler)
  }
  @_alwaysEmitIntoClient public static func ppoll_time64(_ handler: @escaping (_ list: UserMemory, _ count: UInt32, _ timeout: UserMemory, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(414, handler)
  }
  @_alwaysEmitIntoClient public static func recvmmsg_time64(_ handler: @escaping (_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32, _ timeout: UserMemory) throws(Errno) -> Int) -> Override {
    Override(417, handler)
  }
  @_alwaysEmitIntoClient public static func rt_sigtimedwait_time64(_ handler: @escaping (_ set: UserBuffer, _ info: UserMemory, _ timeout: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(421, handler)
  }
  @_alwaysEmitIntoClient public static func futex_time64(_ handler: @escaping (_ address: UserMemory, _ operation: Int32, _ value: UInt32, _ timeout: UserMemory, _ address2: UserMemory, _ value3: UInt32) throws(Errno) -> Int) -> Override {
    Override(422, handler)
  }
  @_alwaysEmitIntoClient public static func sched_rr_get_interval_time64(_ handler: @escaping (_ pid: Int32, _ time: UserMemory) throws(Errno) -> Int) -> Override {
    Override(423, handler)
  }
  @_alwaysEmitIntoClient public static func clone3(_ handler: @escaping (_ arguments: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(435, handler)
  }
  @_alwaysEmitIntoClient public static func close_range(_ handler: @escaping (_ first: UInt32, _ last: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(436, handler)
  }
  @_alwaysEmitIntoClient public static func openat2(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ how: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(437, handler)
  }
  @_alwaysEmitIntoClient public static func faccessat2(_ handler: @escaping (_ directory: Int32, _ path: UserString, _ mode: UInt32, _ flags: UInt32) throws(Errno) -> Int) -> Override {
    Override(439, handler)
  }
  @_alwaysEmitIntoClient public static func epoll_pwait2(_ handler: @escaping (_ fd: Int32, _ events: UserMemory, _ count: Int32, _ timeout: UserBuffer, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int) -> Override {
    Override(441, handler)
  }
  @_alwaysEmitIntoClient public static func set_syscall_table(_ handler: @escaping (_ name: UserString, _ flag: Int32) throws(Errno) -> Int) -> Override {
    Override(1000, handler)
  }
  @_alwaysEmitIntoClient public static func syscall_table_ctl(_ handler: @escaping (_ operation: Int32, _ name: UserString, _ a: UInt32, _ b: UInt32, _ c: UInt32) throws(Errno) -> Int) -> Override {
    Override(1001, handler)
  }
}

/// What the kernel itself does. The result; where it fails, the errno is thrown.
extension Kernel {
  @_alwaysEmitIntoClient public static func restart_syscall() throws(Errno) -> Int {
    try call(0)
  }
  @_alwaysEmitIntoClient public static func exit(_ status: Int32) throws(Errno) -> Int {
    try call(1, status.word)
  }
  @_alwaysEmitIntoClient public static func fork() throws(Errno) -> Int {
    try call(2)
  }
  @_alwaysEmitIntoClient public static func read(_ fd: Int32, _ buffer: UserMemory, _ count: UInt32) throws(Errno) -> Int {
    try call(3, fd.word, buffer.word, count.word)
  }
  @_alwaysEmitIntoClient public static func write(_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32) throws(Errno) -> Int {
    try call(4, fd.word, buffer.word, count.word)
  }
  @_alwaysEmitIntoClient public static func open(_ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int {
    try call(5, path.word, flags.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func close(_ fd: Int32) throws(Errno) -> Int {
    try call(6, fd.word)
  }
  @_alwaysEmitIntoClient public static func waitpid(_ pid: Int32, _ status: UserMemory, _ options: UInt32) throws(Errno) -> Int {
    try call(7, pid.word, status.word, options.word)
  }
  @_alwaysEmitIntoClient public static func creat(_ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(8, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func link(_ oldPath: UserString, _ newPath: UserString) throws(Errno) -> Int {
    try call(9, oldPath.word, newPath.word)
  }
  @_alwaysEmitIntoClient public static func unlink(_ path: UserString) throws(Errno) -> Int {
    try call(10, path.word)
  }
  @_alwaysEmitIntoClient public static func execve(_ path: UserString, _ arguments: UserMemory, _ environment: UserMemory) throws(Errno) -> Int {
    try call(11, path.word, arguments.word, environment.word)
  }
  @_alwaysEmitIntoClient public static func chdir(_ path: UserString) throws(Errno) -> Int {
    try call(12, path.word)
  }
  @_alwaysEmitIntoClient public static func time(_ time: UserMemory) throws(Errno) -> Int {
    try call(13, time.word)
  }
  @_alwaysEmitIntoClient public static func mknod(_ path: UserString, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Int {
    try call(14, path.word, mode.word, device.word)
  }
  @_alwaysEmitIntoClient public static func chmod(_ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(15, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func lchown(_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(16, path.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func lseek(_ fd: Int32, _ offset: Int32, _ whence: UInt32) throws(Errno) -> Int {
    try call(19, fd.word, offset.word, whence.word)
  }
  @_alwaysEmitIntoClient public static func getpid() throws(Errno) -> Int {
    try call(20)
  }
  @_alwaysEmitIntoClient public static func setuid(_ uid: UInt32) throws(Errno) -> Int {
    try call(23, uid.word)
  }
  @_alwaysEmitIntoClient public static func getuid() throws(Errno) -> Int {
    try call(24)
  }
  @_alwaysEmitIntoClient public static func stime(_ time: UserBuffer) throws(Errno) -> Int {
    try call(25, time.word)
  }
  @_alwaysEmitIntoClient public static func alarm(_ seconds: UInt32) throws(Errno) -> Int {
    try call(27, seconds.word)
  }
  @_alwaysEmitIntoClient public static func pause() throws(Errno) -> Int {
    try call(29)
  }
  @_alwaysEmitIntoClient public static func utime(_ path: UserString, _ times: UserBuffer) throws(Errno) -> Int {
    try call(30, path.word, times.word)
  }
  @_alwaysEmitIntoClient public static func access(_ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(33, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func nice(_ increment: Int32) throws(Errno) -> Int {
    try call(34, increment.word)
  }
  @_alwaysEmitIntoClient public static func sync() throws(Errno) -> Int {
    try call(36)
  }
  @_alwaysEmitIntoClient public static func kill(_ pid: Int32, _ signal: Int32) throws(Errno) -> Int {
    try call(37, pid.word, signal.word)
  }
  @_alwaysEmitIntoClient public static func rename(_ oldPath: UserString, _ newPath: UserString) throws(Errno) -> Int {
    try call(38, oldPath.word, newPath.word)
  }
  @_alwaysEmitIntoClient public static func mkdir(_ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(39, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func rmdir(_ path: UserString) throws(Errno) -> Int {
    try call(40, path.word)
  }
  @_alwaysEmitIntoClient public static func dup(_ fd: Int32) throws(Errno) -> Int {
    try call(41, fd.word)
  }
  @_alwaysEmitIntoClient public static func pipe(_ fds: UserMemory) throws(Errno) -> Int {
    try call(42, fds.word)
  }
  @_alwaysEmitIntoClient public static func times(_ buffer: UserMemory) throws(Errno) -> Int {
    try call(43, buffer.word)
  }
  @_alwaysEmitIntoClient public static func brk(_ end: UserMemory) throws(Errno) -> Int {
    try call(45, end.word)
  }
  @_alwaysEmitIntoClient public static func setgid(_ gid: UInt32) throws(Errno) -> Int {
    try call(46, gid.word)
  }
  @_alwaysEmitIntoClient public static func getgid() throws(Errno) -> Int {
    try call(47)
  }
  @_alwaysEmitIntoClient public static func signal(_ signal: Int32, _ handler: UserMemory) throws(Errno) -> Int {
    try call(48, signal.word, handler.word)
  }
  @_alwaysEmitIntoClient public static func geteuid() throws(Errno) -> Int {
    try call(49)
  }
  @_alwaysEmitIntoClient public static func getegid() throws(Errno) -> Int {
    try call(50)
  }
  @_alwaysEmitIntoClient public static func ioctl(_ fd: Int32, _ request: UInt32, _ argument: UserMemory) throws(Errno) -> Int {
    try call(54, fd.word, request.word, argument.word)
  }
  @_alwaysEmitIntoClient public static func fcntl(_ fd: Int32, _ command: Int32, _ argument: UserMemory) throws(Errno) -> Int {
    try call(55, fd.word, command.word, argument.word)
  }
  @_alwaysEmitIntoClient public static func setpgid(_ pid: Int32, _ group: Int32) throws(Errno) -> Int {
    try call(57, pid.word, group.word)
  }
  @_alwaysEmitIntoClient public static func umask(_ mask: UInt32) throws(Errno) -> Int {
    try call(60, mask.word)
  }
  @_alwaysEmitIntoClient public static func chroot(_ path: UserString) throws(Errno) -> Int {
    try call(61, path.word)
  }
  @_alwaysEmitIntoClient public static func dup2(_ fd: Int32, _ newFd: Int32) throws(Errno) -> Int {
    try call(63, fd.word, newFd.word)
  }
  @_alwaysEmitIntoClient public static func getppid() throws(Errno) -> Int {
    try call(64)
  }
  @_alwaysEmitIntoClient public static func getpgrp() throws(Errno) -> Int {
    try call(65)
  }
  @_alwaysEmitIntoClient public static func setsid() throws(Errno) -> Int {
    try call(66)
  }
  @_alwaysEmitIntoClient public static func sigaction(_ signal: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(67, signal.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func setreuid(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int {
    try call(70, real.word, effective.word)
  }
  @_alwaysEmitIntoClient public static func setregid(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int {
    try call(71, real.word, effective.word)
  }
  @_alwaysEmitIntoClient public static func sigsuspend(_ unused: UInt32, _ unused2: UInt32, _ mask: UInt32) throws(Errno) -> Int {
    try call(72, unused.word, unused2.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func sigpending(_ set: UserMemory) throws(Errno) -> Int {
    try call(73, set.word)
  }
  @_alwaysEmitIntoClient public static func sethostname(_ name: UserBuffer, _ size: Int32) throws(Errno) -> Int {
    try call(74, name.word, size.word)
  }
  @_alwaysEmitIntoClient public static func setrlimit(_ resource: UInt32, _ limit: UserBuffer) throws(Errno) -> Int {
    try call(75, resource.word, limit.word)
  }
  @_alwaysEmitIntoClient public static func getrlimit(_ resource: UInt32, _ limit: UserMemory) throws(Errno) -> Int {
    try call(76, resource.word, limit.word)
  }
  @_alwaysEmitIntoClient public static func getrusage(_ who: Int32, _ usage: UserMemory) throws(Errno) -> Int {
    try call(77, who.word, usage.word)
  }
  @_alwaysEmitIntoClient public static func gettimeofday(_ time: UserMemory, _ zone: UserMemory) throws(Errno) -> Int {
    try call(78, time.word, zone.word)
  }
  @_alwaysEmitIntoClient public static func settimeofday(_ time: UserBuffer, _ zone: UserBuffer) throws(Errno) -> Int {
    try call(79, time.word, zone.word)
  }
  @_alwaysEmitIntoClient public static func getgroups(_ count: Int32, _ list: UserMemory) throws(Errno) -> Int {
    try call(80, count.word, list.word)
  }
  @_alwaysEmitIntoClient public static func setgroups(_ count: UInt32, _ list: UserBuffer) throws(Errno) -> Int {
    try call(81, count.word, list.word)
  }
  @_alwaysEmitIntoClient public static func select(_ arguments: UserBuffer) throws(Errno) -> Int {
    try call(82, arguments.word)
  }
  @_alwaysEmitIntoClient public static func symlink(_ target: UserString, _ path: UserString) throws(Errno) -> Int {
    try call(83, target.word, path.word)
  }
  @_alwaysEmitIntoClient public static func readlink(_ path: UserString, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(85, path.word, buffer.word, size.word)
  }
  @_alwaysEmitIntoClient public static func mmap(_ arguments: UserBuffer) throws(Errno) -> Int {
    try call(90, arguments.word)
  }
  @_alwaysEmitIntoClient public static func munmap(_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int {
    try call(91, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func truncate(_ path: UserString, _ length: Int32) throws(Errno) -> Int {
    try call(92, path.word, length.word)
  }
  @_alwaysEmitIntoClient public static func ftruncate(_ fd: Int32, _ length: Int32) throws(Errno) -> Int {
    try call(93, fd.word, length.word)
  }
  @_alwaysEmitIntoClient public static func fchmod(_ fd: Int32, _ mode: UInt32) throws(Errno) -> Int {
    try call(94, fd.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func fchown(_ fd: Int32, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(95, fd.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func getpriority(_ which: Int32, _ who: Int32) throws(Errno) -> Int {
    try call(96, which.word, who.word)
  }
  @_alwaysEmitIntoClient public static func setpriority(_ which: Int32, _ who: Int32, _ value: Int32) throws(Errno) -> Int {
    try call(97, which.word, who.word, value.word)
  }
  @_alwaysEmitIntoClient public static func statfs(_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(99, path.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func fstatfs(_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(100, fd.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func socketcall(_ which: Int32, _ arguments: UserBuffer) throws(Errno) -> Int {
    try call(102, which.word, arguments.word)
  }
  @_alwaysEmitIntoClient public static func setitimer(_ which: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(104, which.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func getitimer(_ which: Int32, _ value: UserMemory) throws(Errno) -> Int {
    try call(105, which.word, value.word)
  }
  @_alwaysEmitIntoClient public static func stat(_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(106, path.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func lstat(_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(107, path.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func fstat(_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(108, fd.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func wait4(_ pid: Int32, _ status: UserMemory, _ options: UInt32, _ usage: UserMemory) throws(Errno) -> Int {
    try call(114, pid.word, status.word, options.word, usage.word)
  }
  @_alwaysEmitIntoClient public static func sysinfo(_ buffer: UserMemory) throws(Errno) -> Int {
    try call(116, buffer.word)
  }
  @_alwaysEmitIntoClient public static func fsync(_ fd: Int32) throws(Errno) -> Int {
    try call(118, fd.word)
  }
  @_alwaysEmitIntoClient public static func sigreturn() throws(Errno) -> Int {
    try call(119)
  }
  @_alwaysEmitIntoClient public static func clone(_ flags: UInt32, _ stack: UserMemory, _ parentTid: UserMemory, _ tls: UserMemory, _ childTid: UserMemory) throws(Errno) -> Int {
    try call(120, flags.word, stack.word, parentTid.word, tls.word, childTid.word)
  }
  @_alwaysEmitIntoClient public static func setdomainname(_ name: UserBuffer, _ size: Int32) throws(Errno) -> Int {
    try call(121, name.word, size.word)
  }
  @_alwaysEmitIntoClient public static func uname(_ buffer: UserMemory) throws(Errno) -> Int {
    try call(122, buffer.word)
  }
  @_alwaysEmitIntoClient public static func mprotect(_ address: UserMemory, _ length: UInt32, _ protection: UInt32) throws(Errno) -> Int {
    try call(125, address.word, length.word, protection.word)
  }
  @_alwaysEmitIntoClient public static func sigprocmask(_ how: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(126, how.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func init_module(_ image: UserBuffer, _ length: UInt32, _ parameters: UserString) throws(Errno) -> Int {
    try call(128, image.word, length.word, parameters.word)
  }
  @_alwaysEmitIntoClient public static func delete_module(_ name: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(129, name.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func getpgid(_ pid: Int32) throws(Errno) -> Int {
    try call(132, pid.word)
  }
  @_alwaysEmitIntoClient public static func fchdir(_ fd: Int32) throws(Errno) -> Int {
    try call(133, fd.word)
  }
  @_alwaysEmitIntoClient public static func personality(_ personality: UInt32) throws(Errno) -> Int {
    try call(136, personality.word)
  }
  @_alwaysEmitIntoClient public static func setfsuid(_ uid: UInt32) throws(Errno) -> Int {
    try call(138, uid.word)
  }
  @_alwaysEmitIntoClient public static func setfsgid(_ gid: UInt32) throws(Errno) -> Int {
    try call(139, gid.word)
  }
  @_alwaysEmitIntoClient public static func _llseek(_ fd: Int32, _ high: UInt32, _ low: UInt32, _ result: UserMemory, _ whence: UInt32) throws(Errno) -> Int {
    try call(140, fd.word, high.word, low.word, result.word, whence.word)
  }
  @_alwaysEmitIntoClient public static func getdents(_ fd: Int32, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(141, fd.word, buffer.word, size.word)
  }
  @_alwaysEmitIntoClient public static func _newselect(_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory) throws(Errno) -> Int {
    try call(142, count.word, input.word, output.word, exceptions.word, timeout.word)
  }
  @_alwaysEmitIntoClient public static func flock(_ fd: Int32, _ operation: Int32) throws(Errno) -> Int {
    try call(143, fd.word, operation.word)
  }
  @_alwaysEmitIntoClient public static func msync(_ address: UserMemory, _ length: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(144, address.word, length.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func readv(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32) throws(Errno) -> Int {
    try call(145, fd.word, vectors.word, count.word)
  }
  @_alwaysEmitIntoClient public static func writev(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32) throws(Errno) -> Int {
    try call(146, fd.word, vectors.word, count.word)
  }
  @_alwaysEmitIntoClient public static func getsid(_ pid: Int32) throws(Errno) -> Int {
    try call(147, pid.word)
  }
  @_alwaysEmitIntoClient public static func fdatasync(_ fd: Int32) throws(Errno) -> Int {
    try call(148, fd.word)
  }
  @_alwaysEmitIntoClient public static func mlock(_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int {
    try call(150, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func munlock(_ address: UserMemory, _ length: UInt32) throws(Errno) -> Int {
    try call(151, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func mlockall(_ flags: UInt32) throws(Errno) -> Int {
    try call(152, flags.word)
  }
  @_alwaysEmitIntoClient public static func munlockall() throws(Errno) -> Int {
    try call(153)
  }
  @_alwaysEmitIntoClient public static func sched_setparam(_ pid: Int32, _ parameters: UserBuffer) throws(Errno) -> Int {
    try call(154, pid.word, parameters.word)
  }
  @_alwaysEmitIntoClient public static func sched_getparam(_ pid: Int32, _ parameters: UserMemory) throws(Errno) -> Int {
    try call(155, pid.word, parameters.word)
  }
  @_alwaysEmitIntoClient public static func sched_setscheduler(_ pid: Int32, _ policy: Int32, _ parameters: UserBuffer) throws(Errno) -> Int {
    try call(156, pid.word, policy.word, parameters.word)
  }
  @_alwaysEmitIntoClient public static func sched_getscheduler(_ pid: Int32) throws(Errno) -> Int {
    try call(157, pid.word)
  }
  @_alwaysEmitIntoClient public static func sched_yield() throws(Errno) -> Int {
    try call(158)
  }
  @_alwaysEmitIntoClient public static func sched_get_priority_max(_ policy: Int32) throws(Errno) -> Int {
    try call(159, policy.word)
  }
  @_alwaysEmitIntoClient public static func sched_get_priority_min(_ policy: Int32) throws(Errno) -> Int {
    try call(160, policy.word)
  }
  @_alwaysEmitIntoClient public static func sched_rr_get_interval(_ pid: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(161, pid.word, time.word)
  }
  @_alwaysEmitIntoClient public static func nanosleep(_ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int {
    try call(162, request.word, remaining.word)
  }
  @_alwaysEmitIntoClient public static func mremap(_ address: UserMemory, _ oldLength: UInt32, _ newLength: UInt32, _ flags: UInt32, _ target: UserMemory) throws(Errno) -> Int {
    try call(163, address.word, oldLength.word, newLength.word, flags.word, target.word)
  }
  @_alwaysEmitIntoClient public static func setresuid(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int {
    try call(164, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func getresuid(_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int {
    try call(165, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func poll(_ list: UserMemory, _ count: UInt32, _ milliseconds: Int32) throws(Errno) -> Int {
    try call(168, list.word, count.word, milliseconds.word)
  }
  @_alwaysEmitIntoClient public static func setresgid(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int {
    try call(170, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func getresgid(_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int {
    try call(171, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func prctl(_ option: Int32, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) throws(Errno) -> Int {
    try call(172, option.word, a.word, b.word, c.word, d.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigreturn() throws(Errno) -> Int {
    try call(173)
  }
  @_alwaysEmitIntoClient public static func rt_sigaction(_ signal: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(174, signal.word, newValue.word, oldValue.word, size.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigprocmask(_ how: Int32, _ newValue: UserBuffer, _ oldValue: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(175, how.word, newValue.word, oldValue.word, size.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigpending(_ set: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(176, set.word, size.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigtimedwait(_ set: UserBuffer, _ info: UserMemory, _ timeout: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(177, set.word, info.word, timeout.word, size.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigqueueinfo(_ pid: Int32, _ signal: Int32, _ info: UserBuffer) throws(Errno) -> Int {
    try call(178, pid.word, signal.word, info.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigsuspend(_ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(179, mask.word, size.word)
  }
  @_alwaysEmitIntoClient public static func pread64(_ fd: Int32, _ buffer: UserMemory, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int {
    try call(180, fd.word, buffer.word, count.word, offset.word)
  }
  @_alwaysEmitIntoClient public static func pwrite64(_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int {
    try call(181, fd.word, buffer.word, count.word, offset.word)
  }
  @_alwaysEmitIntoClient public static func chown(_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(182, path.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func getcwd(_ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(183, buffer.word, size.word)
  }
  @_alwaysEmitIntoClient public static func capget(_ header: UserMemory, _ data: UserMemory) throws(Errno) -> Int {
    try call(184, header.word, data.word)
  }
  @_alwaysEmitIntoClient public static func sigaltstack(_ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(186, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func sendfile(_ outFd: Int32, _ inFd: Int32, _ offset: UserMemory, _ count: UInt32) throws(Errno) -> Int {
    try call(187, outFd.word, inFd.word, offset.word, count.word)
  }
  @_alwaysEmitIntoClient public static func vfork() throws(Errno) -> Int {
    try call(190)
  }
  @_alwaysEmitIntoClient public static func ugetrlimit(_ resource: UInt32, _ limit: UserMemory) throws(Errno) -> Int {
    try call(191, resource.word, limit.word)
  }
  @_alwaysEmitIntoClient public static func mmap2(_ address: UserMemory, _ length: UInt32, _ protection: UInt32, _ flags: UInt32, _ fd: Int32, _ pageOffset: UInt32) throws(Errno) -> Int {
    try call(192, address.word, length.word, protection.word, flags.word, fd.word, pageOffset.word)
  }
  @_alwaysEmitIntoClient public static func truncate64(_ path: UserString, _ length: Int64) throws(Errno) -> Int {
    try call(193, path.word, length.word)
  }
  @_alwaysEmitIntoClient public static func ftruncate64(_ fd: Int32, _ length: Int64) throws(Errno) -> Int {
    try call(194, fd.word, length.word)
  }
  @_alwaysEmitIntoClient public static func stat64(_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(195, path.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func lstat64(_ path: UserString, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(196, path.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func fstat64(_ fd: Int32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(197, fd.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func lchown32(_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(198, path.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func getuid32() throws(Errno) -> Int {
    try call(199)
  }
  @_alwaysEmitIntoClient public static func getgid32() throws(Errno) -> Int {
    try call(200)
  }
  @_alwaysEmitIntoClient public static func geteuid32() throws(Errno) -> Int {
    try call(201)
  }
  @_alwaysEmitIntoClient public static func getegid32() throws(Errno) -> Int {
    try call(202)
  }
  @_alwaysEmitIntoClient public static func setreuid32(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int {
    try call(203, real.word, effective.word)
  }
  @_alwaysEmitIntoClient public static func setregid32(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Int {
    try call(204, real.word, effective.word)
  }
  @_alwaysEmitIntoClient public static func getgroups32(_ count: Int32, _ list: UserMemory) throws(Errno) -> Int {
    try call(205, count.word, list.word)
  }
  @_alwaysEmitIntoClient public static func setgroups32(_ count: UInt32, _ list: UserBuffer) throws(Errno) -> Int {
    try call(206, count.word, list.word)
  }
  @_alwaysEmitIntoClient public static func fchown32(_ fd: Int32, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(207, fd.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func setresuid32(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int {
    try call(208, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func getresuid32(_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int {
    try call(209, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func setresgid32(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Int {
    try call(210, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func getresgid32(_ real: UserMemory, _ effective: UserMemory, _ saved: UserMemory) throws(Errno) -> Int {
    try call(211, real.word, effective.word, saved.word)
  }
  @_alwaysEmitIntoClient public static func chown32(_ path: UserString, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Int {
    try call(212, path.word, uid.word, gid.word)
  }
  @_alwaysEmitIntoClient public static func setuid32(_ uid: UInt32) throws(Errno) -> Int {
    try call(213, uid.word)
  }
  @_alwaysEmitIntoClient public static func setgid32(_ gid: UInt32) throws(Errno) -> Int {
    try call(214, gid.word)
  }
  @_alwaysEmitIntoClient public static func setfsuid32(_ uid: UInt32) throws(Errno) -> Int {
    try call(215, uid.word)
  }
  @_alwaysEmitIntoClient public static func setfsgid32(_ gid: UInt32) throws(Errno) -> Int {
    try call(216, gid.word)
  }
  @_alwaysEmitIntoClient public static func mincore(_ address: UserMemory, _ length: UInt32, _ vector: UserMemory) throws(Errno) -> Int {
    try call(218, address.word, length.word, vector.word)
  }
  @_alwaysEmitIntoClient public static func madvise(_ address: UserMemory, _ length: UInt32, _ advice: Int32) throws(Errno) -> Int {
    try call(219, address.word, length.word, advice.word)
  }
  @_alwaysEmitIntoClient public static func getdents64(_ fd: Int32, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(220, fd.word, buffer.word, size.word)
  }
  @_alwaysEmitIntoClient public static func fcntl64(_ fd: Int32, _ command: Int32, _ argument: UserMemory) throws(Errno) -> Int {
    try call(221, fd.word, command.word, argument.word)
  }
  @_alwaysEmitIntoClient public static func gettid() throws(Errno) -> Int {
    try call(224)
  }
  @_alwaysEmitIntoClient public static func readahead(_ fd: Int32, _ offset: Int64, _ count: UInt32) throws(Errno) -> Int {
    try call(225, fd.word, offset.word, count.word)
  }
  @_alwaysEmitIntoClient public static func setxattr(_ path: UserString, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(226, path.word, name.word, value.word, size.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func lsetxattr(_ path: UserString, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(227, path.word, name.word, value.word, size.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func fsetxattr(_ fd: Int32, _ name: UserString, _ value: UserBuffer, _ size: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(228, fd.word, name.word, value.word, size.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func getxattr(_ path: UserString, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(229, path.word, name.word, value.word, size.word)
  }
  @_alwaysEmitIntoClient public static func lgetxattr(_ path: UserString, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(230, path.word, name.word, value.word, size.word)
  }
  @_alwaysEmitIntoClient public static func fgetxattr(_ fd: Int32, _ name: UserString, _ value: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(231, fd.word, name.word, value.word, size.word)
  }
  @_alwaysEmitIntoClient public static func listxattr(_ path: UserString, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(232, path.word, list.word, size.word)
  }
  @_alwaysEmitIntoClient public static func llistxattr(_ path: UserString, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(233, path.word, list.word, size.word)
  }
  @_alwaysEmitIntoClient public static func flistxattr(_ fd: Int32, _ list: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(234, fd.word, list.word, size.word)
  }
  @_alwaysEmitIntoClient public static func removexattr(_ path: UserString, _ name: UserString) throws(Errno) -> Int {
    try call(235, path.word, name.word)
  }
  @_alwaysEmitIntoClient public static func lremovexattr(_ path: UserString, _ name: UserString) throws(Errno) -> Int {
    try call(236, path.word, name.word)
  }
  @_alwaysEmitIntoClient public static func fremovexattr(_ fd: Int32, _ name: UserString) throws(Errno) -> Int {
    try call(237, fd.word, name.word)
  }
  @_alwaysEmitIntoClient public static func tkill(_ tid: Int32, _ signal: Int32) throws(Errno) -> Int {
    try call(238, tid.word, signal.word)
  }
  @_alwaysEmitIntoClient public static func sendfile64(_ outFd: Int32, _ inFd: Int32, _ offset: UserMemory, _ count: UInt32) throws(Errno) -> Int {
    try call(239, outFd.word, inFd.word, offset.word, count.word)
  }
  @_alwaysEmitIntoClient public static func futex(_ address: UserMemory, _ operation: Int32, _ value: UInt32, _ timeout: UserMemory, _ address2: UserMemory, _ value3: UInt32) throws(Errno) -> Int {
    try call(240, address.word, operation.word, value.word, timeout.word, address2.word, value3.word)
  }
  @_alwaysEmitIntoClient public static func sched_setaffinity(_ pid: Int32, _ size: UInt32, _ mask: UserBuffer) throws(Errno) -> Int {
    try call(241, pid.word, size.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func sched_getaffinity(_ pid: Int32, _ size: UInt32, _ mask: UserMemory) throws(Errno) -> Int {
    try call(242, pid.word, size.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func set_thread_area(_ address: UserMemory) throws(Errno) -> Int {
    try call(243, address.word)
  }
  @_alwaysEmitIntoClient public static func get_thread_area(_ address: UserMemory) throws(Errno) -> Int {
    try call(244, address.word)
  }
  @_alwaysEmitIntoClient public static func fadvise64(_ fd: Int32, _ offset: Int64, _ length: UInt32, _ advice: Int32) throws(Errno) -> Int {
    try call(250, fd.word, offset.word, length.word, advice.word)
  }
  @_alwaysEmitIntoClient public static func exit_group(_ status: Int32) throws(Errno) -> Int {
    try call(252, status.word)
  }
  @_alwaysEmitIntoClient public static func epoll_create(_ size: Int32) throws(Errno) -> Int {
    try call(254, size.word)
  }
  @_alwaysEmitIntoClient public static func epoll_ctl(_ fd: Int32, _ operation: Int32, _ targetFd: Int32, _ event: UserBuffer) throws(Errno) -> Int {
    try call(255, fd.word, operation.word, targetFd.word, event.word)
  }
  @_alwaysEmitIntoClient public static func epoll_wait(_ fd: Int32, _ events: UserMemory, _ count: Int32, _ milliseconds: Int32) throws(Errno) -> Int {
    try call(256, fd.word, events.word, count.word, milliseconds.word)
  }
  @_alwaysEmitIntoClient public static func set_tid_address(_ address: UserMemory) throws(Errno) -> Int {
    try call(258, address.word)
  }
  @_alwaysEmitIntoClient public static func timer_create(_ clock: Int32, _ event: UserBuffer, _ timer: UserMemory) throws(Errno) -> Int {
    try call(259, clock.word, event.word, timer.word)
  }
  @_alwaysEmitIntoClient public static func timer_settime(_ timer: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(260, timer.word, flags.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func timer_gettime(_ timer: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(261, timer.word, time.word)
  }
  @_alwaysEmitIntoClient public static func timer_getoverrun(_ timer: Int32) throws(Errno) -> Int {
    try call(262, timer.word)
  }
  @_alwaysEmitIntoClient public static func timer_delete(_ timer: Int32) throws(Errno) -> Int {
    try call(263, timer.word)
  }
  @_alwaysEmitIntoClient public static func clock_settime(_ clock: Int32, _ time: UserBuffer) throws(Errno) -> Int {
    try call(264, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_gettime(_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(265, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_getres(_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(266, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_nanosleep(_ clock: Int32, _ flags: UInt32, _ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int {
    try call(267, clock.word, flags.word, request.word, remaining.word)
  }
  @_alwaysEmitIntoClient public static func statfs64(_ path: UserString, _ size: UInt32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(268, path.word, size.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func fstatfs64(_ fd: Int32, _ size: UInt32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(269, fd.word, size.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func tgkill(_ pid: Int32, _ tid: Int32, _ signal: Int32) throws(Errno) -> Int {
    try call(270, pid.word, tid.word, signal.word)
  }
  @_alwaysEmitIntoClient public static func utimes(_ path: UserString, _ times: UserBuffer) throws(Errno) -> Int {
    try call(271, path.word, times.word)
  }
  @_alwaysEmitIntoClient public static func fadvise64_64(_ fd: Int32, _ offset: Int64, _ length: Int64, _ advice: Int32) throws(Errno) -> Int {
    try call(272, fd.word, offset.word, length.word, advice.word)
  }
  @_alwaysEmitIntoClient public static func waitid(_ type: Int32, _ pid: Int32, _ info: UserMemory, _ options: UInt32, _ usage: UserMemory) throws(Errno) -> Int {
    try call(284, type.word, pid.word, info.word, options.word, usage.word)
  }
  @_alwaysEmitIntoClient public static func inotify_init() throws(Errno) -> Int {
    try call(291)
  }
  @_alwaysEmitIntoClient public static func inotify_add_watch(_ fd: Int32, _ path: UserString, _ mask: UInt32) throws(Errno) -> Int {
    try call(292, fd.word, path.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func inotify_rm_watch(_ fd: Int32, _ watch: Int32) throws(Errno) -> Int {
    try call(293, fd.word, watch.word)
  }
  @_alwaysEmitIntoClient public static func openat(_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int {
    try call(295, directory.word, path.word, flags.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func mkdirat(_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(296, directory.word, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func mknodat(_ directory: Int32, _ path: UserString, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Int {
    try call(297, directory.word, path.word, mode.word, device.word)
  }
  @_alwaysEmitIntoClient public static func fchownat(_ directory: Int32, _ path: UserString, _ uid: UInt32, _ gid: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(298, directory.word, path.word, uid.word, gid.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func futimesat(_ directory: Int32, _ path: UserString, _ times: UserBuffer) throws(Errno) -> Int {
    try call(299, directory.word, path.word, times.word)
  }
  @_alwaysEmitIntoClient public static func fstatat64(_ directory: Int32, _ path: UserString, _ buffer: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(300, directory.word, path.word, buffer.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func unlinkat(_ directory: Int32, _ path: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(301, directory.word, path.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func renameat(_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString) throws(Errno) -> Int {
    try call(302, oldDirectory.word, oldPath.word, newDirectory.word, newPath.word)
  }
  @_alwaysEmitIntoClient public static func linkat(_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(303, oldDirectory.word, oldPath.word, newDirectory.word, newPath.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func symlinkat(_ target: UserString, _ directory: Int32, _ path: UserString) throws(Errno) -> Int {
    try call(304, target.word, directory.word, path.word)
  }
  @_alwaysEmitIntoClient public static func readlinkat(_ directory: Int32, _ path: UserString, _ buffer: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(305, directory.word, path.word, buffer.word, size.word)
  }
  @_alwaysEmitIntoClient public static func fchmodat(_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(306, directory.word, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func faccessat(_ directory: Int32, _ path: UserString, _ mode: UInt32) throws(Errno) -> Int {
    try call(307, directory.word, path.word, mode.word)
  }
  @_alwaysEmitIntoClient public static func pselect6(_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory, _ mask: UserBuffer) throws(Errno) -> Int {
    try call(308, count.word, input.word, output.word, exceptions.word, timeout.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func ppoll(_ list: UserMemory, _ count: UInt32, _ timeout: UserMemory, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(309, list.word, count.word, timeout.word, mask.word, size.word)
  }
  @_alwaysEmitIntoClient public static func set_robust_list(_ head: UserMemory, _ size: UInt32) throws(Errno) -> Int {
    try call(311, head.word, size.word)
  }
  @_alwaysEmitIntoClient public static func get_robust_list(_ pid: Int32, _ head: UserMemory, _ size: UserMemory) throws(Errno) -> Int {
    try call(312, pid.word, head.word, size.word)
  }
  @_alwaysEmitIntoClient public static func splice(_ inFd: Int32, _ inOffset: UserMemory, _ outFd: Int32, _ outOffset: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(313, inFd.word, inOffset.word, outFd.word, outOffset.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func sync_file_range(_ fd: Int32, _ offset: Int64, _ length: Int64, _ flags: UInt32) throws(Errno) -> Int {
    try call(314, fd.word, offset.word, length.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func tee(_ inFd: Int32, _ outFd: Int32, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(315, inFd.word, outFd.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func vmsplice(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(316, fd.word, vectors.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func getcpu(_ cpu: UserMemory, _ node: UserMemory, _ unused: UserMemory) throws(Errno) -> Int {
    try call(318, cpu.word, node.word, unused.word)
  }
  @_alwaysEmitIntoClient public static func epoll_pwait(_ fd: Int32, _ events: UserMemory, _ count: Int32, _ milliseconds: Int32, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(319, fd.word, events.word, count.word, milliseconds.word, mask.word, size.word)
  }
  @_alwaysEmitIntoClient public static func utimensat(_ directory: Int32, _ path: UserString, _ times: UserBuffer, _ flags: UInt32) throws(Errno) -> Int {
    try call(320, directory.word, path.word, times.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func timerfd_create(_ clock: Int32, _ flags: UInt32) throws(Errno) -> Int {
    try call(322, clock.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func eventfd(_ value: UInt32) throws(Errno) -> Int {
    try call(323, value.word)
  }
  @_alwaysEmitIntoClient public static func fallocate(_ fd: Int32, _ mode: UInt32, _ offset: Int64, _ length: Int64) throws(Errno) -> Int {
    try call(324, fd.word, mode.word, offset.word, length.word)
  }
  @_alwaysEmitIntoClient public static func timerfd_settime(_ fd: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(325, fd.word, flags.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func timerfd_gettime(_ fd: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(326, fd.word, time.word)
  }
  @_alwaysEmitIntoClient public static func eventfd2(_ value: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(328, value.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func epoll_create1(_ flags: UInt32) throws(Errno) -> Int {
    try call(329, flags.word)
  }
  @_alwaysEmitIntoClient public static func dup3(_ fd: Int32, _ newFd: Int32, _ flags: UInt32) throws(Errno) -> Int {
    try call(330, fd.word, newFd.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func pipe2(_ fds: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(331, fds.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func inotify_init1(_ flags: UInt32) throws(Errno) -> Int {
    try call(332, flags.word)
  }
  @_alwaysEmitIntoClient public static func preadv(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int {
    try call(333, fd.word, vectors.word, count.word, offset.word)
  }
  @_alwaysEmitIntoClient public static func pwritev(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int {
    try call(334, fd.word, vectors.word, count.word, offset.word)
  }
  @_alwaysEmitIntoClient public static func recvmmsg(_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32, _ timeout: UserMemory) throws(Errno) -> Int {
    try call(337, fd.word, list.word, count.word, flags.word, timeout.word)
  }
  @_alwaysEmitIntoClient public static func prlimit64(_ pid: Int32, _ resource: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(340, pid.word, resource.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func syncfs(_ fd: Int32) throws(Errno) -> Int {
    try call(344, fd.word)
  }
  @_alwaysEmitIntoClient public static func sendmmsg(_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(345, fd.word, list.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func finit_module(_ fd: Int32, _ parameters: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(350, fd.word, parameters.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func renameat2(_ oldDirectory: Int32, _ oldPath: UserString, _ newDirectory: Int32, _ newPath: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(353, oldDirectory.word, oldPath.word, newDirectory.word, newPath.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func getrandom(_ buffer: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(355, buffer.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func memfd_create(_ name: UserString, _ flags: UInt32) throws(Errno) -> Int {
    try call(356, name.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func execveat(_ directory: Int32, _ path: UserString, _ arguments: UserMemory, _ environment: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(358, directory.word, path.word, arguments.word, environment.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func socket(_ family: Int32, _ type: Int32, _ `protocol`: Int32) throws(Errno) -> Int {
    try call(359, family.word, type.word, `protocol`.word)
  }
  @_alwaysEmitIntoClient public static func socketpair(_ family: Int32, _ type: Int32, _ `protocol`: Int32, _ fds: UserMemory) throws(Errno) -> Int {
    try call(360, family.word, type.word, `protocol`.word, fds.word)
  }
  @_alwaysEmitIntoClient public static func bind(_ fd: Int32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int {
    try call(361, fd.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func connect(_ fd: Int32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int {
    try call(362, fd.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func listen(_ fd: Int32, _ backlog: Int32) throws(Errno) -> Int {
    try call(363, fd.word, backlog.word)
  }
  @_alwaysEmitIntoClient public static func accept4(_ fd: Int32, _ address: UserMemory, _ length: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(364, fd.word, address.word, length.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func getsockopt(_ fd: Int32, _ level: Int32, _ name: Int32, _ value: UserMemory, _ length: UserMemory) throws(Errno) -> Int {
    try call(365, fd.word, level.word, name.word, value.word, length.word)
  }
  @_alwaysEmitIntoClient public static func setsockopt(_ fd: Int32, _ level: Int32, _ name: Int32, _ value: UserBuffer, _ length: Int32) throws(Errno) -> Int {
    try call(366, fd.word, level.word, name.word, value.word, length.word)
  }
  @_alwaysEmitIntoClient public static func getsockname(_ fd: Int32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int {
    try call(367, fd.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func getpeername(_ fd: Int32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int {
    try call(368, fd.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func sendto(_ fd: Int32, _ buffer: UserBuffer, _ count: UInt32, _ flags: UInt32, _ address: UserBuffer, _ length: Int32) throws(Errno) -> Int {
    try call(369, fd.word, buffer.word, count.word, flags.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func sendmsg(_ fd: Int32, _ message: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(370, fd.word, message.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func recvfrom(_ fd: Int32, _ buffer: UserMemory, _ count: UInt32, _ flags: UInt32, _ address: UserMemory, _ length: UserMemory) throws(Errno) -> Int {
    try call(371, fd.word, buffer.word, count.word, flags.word, address.word, length.word)
  }
  @_alwaysEmitIntoClient public static func recvmsg(_ fd: Int32, _ message: UserMemory, _ flags: UInt32) throws(Errno) -> Int {
    try call(372, fd.word, message.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func shutdown(_ fd: Int32, _ how: Int32) throws(Errno) -> Int {
    try call(373, fd.word, how.word)
  }
  @_alwaysEmitIntoClient public static func membarrier(_ command: Int32, _ flags: UInt32, _ cpu: Int32) throws(Errno) -> Int {
    try call(375, command.word, flags.word, cpu.word)
  }
  @_alwaysEmitIntoClient public static func mlock2(_ address: UserMemory, _ length: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(376, address.word, length.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func copy_file_range(_ inFd: Int32, _ inOffset: UserMemory, _ outFd: Int32, _ outOffset: UserMemory, _ count: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(377, inFd.word, inOffset.word, outFd.word, outOffset.word, count.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func preadv2(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64, _ flags: UInt32) throws(Errno) -> Int {
    try call(378, fd.word, vectors.word, count.word, offset.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func pwritev2(_ fd: Int32, _ vectors: UserBuffer, _ count: UInt32, _ offset: Int64, _ flags: UInt32) throws(Errno) -> Int {
    try call(379, fd.word, vectors.word, count.word, offset.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func statx(_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mask: UInt32, _ buffer: UserMemory) throws(Errno) -> Int {
    try call(383, directory.word, path.word, flags.word, mask.word, buffer.word)
  }
  @_alwaysEmitIntoClient public static func rseq(_ area: UserMemory, _ length: UInt32, _ flags: UInt32, _ signature: UInt32) throws(Errno) -> Int {
    try call(386, area.word, length.word, flags.word, signature.word)
  }
  @_alwaysEmitIntoClient public static func clock_gettime64(_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(403, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_settime64(_ clock: Int32, _ time: UserBuffer) throws(Errno) -> Int {
    try call(404, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_getres_time64(_ clock: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(406, clock.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clock_nanosleep_time64(_ clock: Int32, _ flags: UInt32, _ request: UserBuffer, _ remaining: UserMemory) throws(Errno) -> Int {
    try call(407, clock.word, flags.word, request.word, remaining.word)
  }
  @_alwaysEmitIntoClient public static func timer_gettime64(_ timer: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(408, timer.word, time.word)
  }
  @_alwaysEmitIntoClient public static func timer_settime64(_ timer: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(409, timer.word, flags.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func timerfd_gettime64(_ fd: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(410, fd.word, time.word)
  }
  @_alwaysEmitIntoClient public static func timerfd_settime64(_ fd: Int32, _ flags: UInt32, _ newValue: UserBuffer, _ oldValue: UserMemory) throws(Errno) -> Int {
    try call(411, fd.word, flags.word, newValue.word, oldValue.word)
  }
  @_alwaysEmitIntoClient public static func utimensat_time64(_ directory: Int32, _ path: UserString, _ times: UserBuffer, _ flags: UInt32) throws(Errno) -> Int {
    try call(412, directory.word, path.word, times.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func pselect6_time64(_ count: Int32, _ input: UserMemory, _ output: UserMemory, _ exceptions: UserMemory, _ timeout: UserMemory, _ mask: UserBuffer) throws(Errno) -> Int {
    try call(413, count.word, input.word, output.word, exceptions.word, timeout.word, mask.word)
  }
  @_alwaysEmitIntoClient public static func ppoll_time64(_ list: UserMemory, _ count: UInt32, _ timeout: UserMemory, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(414, list.word, count.word, timeout.word, mask.word, size.word)
  }
  @_alwaysEmitIntoClient public static func recvmmsg_time64(_ fd: Int32, _ list: UserMemory, _ count: UInt32, _ flags: UInt32, _ timeout: UserMemory) throws(Errno) -> Int {
    try call(417, fd.word, list.word, count.word, flags.word, timeout.word)
  }
  @_alwaysEmitIntoClient public static func rt_sigtimedwait_time64(_ set: UserBuffer, _ info: UserMemory, _ timeout: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(421, set.word, info.word, timeout.word, size.word)
  }
  @_alwaysEmitIntoClient public static func futex_time64(_ address: UserMemory, _ operation: Int32, _ value: UInt32, _ timeout: UserMemory, _ address2: UserMemory, _ value3: UInt32) throws(Errno) -> Int {
    try call(422, address.word, operation.word, value.word, timeout.word, address2.word, value3.word)
  }
  @_alwaysEmitIntoClient public static func sched_rr_get_interval_time64(_ pid: Int32, _ time: UserMemory) throws(Errno) -> Int {
    try call(423, pid.word, time.word)
  }
  @_alwaysEmitIntoClient public static func clone3(_ arguments: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(435, arguments.word, size.word)
  }
  @_alwaysEmitIntoClient public static func close_range(_ first: UInt32, _ last: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(436, first.word, last.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func openat2(_ directory: Int32, _ path: UserString, _ how: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(437, directory.word, path.word, how.word, size.word)
  }
  @_alwaysEmitIntoClient public static func faccessat2(_ directory: Int32, _ path: UserString, _ mode: UInt32, _ flags: UInt32) throws(Errno) -> Int {
    try call(439, directory.word, path.word, mode.word, flags.word)
  }
  @_alwaysEmitIntoClient public static func epoll_pwait2(_ fd: Int32, _ events: UserMemory, _ count: Int32, _ timeout: UserBuffer, _ mask: UserBuffer, _ size: UInt32) throws(Errno) -> Int {
    try call(441, fd.word, events.word, count.word, timeout.word, mask.word, size.word)
  }
  @_alwaysEmitIntoClient public static func set_syscall_table(_ name: UserString, _ flag: Int32) throws(Errno) -> Int {
    try call(1000, name.word, flag.word)
  }
  @_alwaysEmitIntoClient public static func syscall_table_ctl(_ operation: Int32, _ name: UserString, _ a: UInt32, _ b: UInt32, _ c: UInt32) throws(Errno) -> Int {
    try call(1001, operation.word, name.word, a.word, b.word, c.word)
  }
}
