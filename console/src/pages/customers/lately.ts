const most = 8
const keyOf = (userId: number): string => `counterfoil.lately.${userId}`

/** Ids of the customers that a person opened in this tab, latest first. Their names are read from the server. */
export const lately = {
  read: (userId: number): readonly number[] => {
    const ids = (sessionStorage.getItem(keyOf(userId)) ?? '').split(',').map(Number)
    return ids.filter((id) => Number.isSafeInteger(id) && id > 0)
  },
  keep: (userId: number, id: number): void => {
    const ids = [id, ...lately.read(userId).filter((one) => one !== id)]
    sessionStorage.setItem(keyOf(userId), ids.slice(0, most).join(','))
  },
}
