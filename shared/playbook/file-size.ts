/** Larger playbook files are refused unread, in bytes. A whole playbook is some 40 KiB. */
export const largestFile = 256 * 1024
